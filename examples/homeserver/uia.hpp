// SPDX-License-Identifier: MIT
//
// The sessions of user-interactive authentication, and which stage of which flow comes next.
#pragma once

#include "accounts.hpp"
#include "json.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeserver {

using Flow = std::vector<std::string>;
using Flows = std::vector<Flow>;

template <class Range, class Value> bool contains(const Range& range, const Value& value) {
    return std::find(std::begin(range), std::end(range), value) != std::end(range);
}

struct UiaSession {
    std::string id;
    std::string operation; // method and target: a session is for one request (reference rule U4)
    std::string owner;     // the user who asks; empty: nobody has said yet
    Flows flows;
    Json params;
    Time expires_at;
    std::vector<std::string> completed{};
    std::string identified{};           // the user that a stage has shown
    std::optional<ThreePid> threepid{}; // that a stage has shown
    std::string registration_token{};
    std::string registered{}; // the user that came of it

    bool has_stage(std::string_view type) const {
        return std::any_of(flows.begin(), flows.end(), [&](const Flow& flow) { return contains(flow, type); });
    }

    // Reference rules U5 and U6: in order, and what is completed has to be the flow's own.
    bool is_next(std::string_view type) const {
        return std::any_of(flows.begin(), flows.end(), [&](const Flow& flow) {
            const bool possible = std::all_of(completed.begin(), completed.end(),
                                              [&](const std::string& stage) { return contains(flow, stage); });
            const auto open = std::find_if(flow.begin(), flow.end(),
                                           [&](const std::string& stage) { return !contains(completed, stage); });
            return possible && open != flow.end() && *open == type;
        });
    }

    bool is_complete() const {
        return std::any_of(flows.begin(), flows.end(), [&](const Flow& flow) {
            return std::all_of(flow.begin(), flow.end(),
                               [&](const std::string& stage) { return contains(completed, stage); });
        });
    }
};

class UiaSessions {
  public:
    explicit UiaSessions(Clock clock) : clock_{std::move(clock)} {}

    UiaSession& open(std::string operation, std::string owner, Flows flows, Json params,
                     std::chrono::milliseconds lifetime) {
        const Time now = clock_();
        for (auto position = sessions_.begin(); position != sessions_.end();) {
            position = position->second.expires_at <= now ? sessions_.erase(position) : std::next(position);
        }
        std::string id = random_token("uia_");
        UiaSession session{
            id, std::move(operation), std::move(owner), std::move(flows), std::move(params), now + lifetime};
        return sessions_.emplace(std::move(id), std::move(session)).first->second;
    }

    UiaSession* find(std::string_view id) {
        const auto position = sessions_.find(id);
        return position == sessions_.end() || position->second.expires_at <= clock_() ? nullptr : &position->second;
    }

    void close(const std::string& id) { sessions_.erase(id); }

  private:
    Clock clock_;
    std::map<std::string, UiaSession, std::less<>> sessions_;
};

} // namespace homeserver
