// SPDX-License-Identifier: MIT
//
// What goes wrong on demand, and the memory of which requests came.
#pragma once

#include "http.hpp"
#include "json.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeserver {

struct Fault {
    std::string method{}; // empty: any
    std::string path{};   // empty: any
    std::int64_t skip = 0;
    std::int64_t count = 1;
    int times = 1; // how often the request takes effect
    std::optional<Reply> reply{};
    Delivery delivery{};
};

class Faults {
  public:
    void plan(Fault fault) { faults_.push_back(std::move(fault)); }
    void clear() { faults_.clear(); }

    // The first one that is due for this request; it is spent.
    std::optional<Fault> take(const Request& request) {
        for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
            const bool meant = (fault->method.empty() || fault->method == request.method) &&
                               (fault->path.empty() || fault->path == path_of(request));
            if (!meant) {
                continue;
            }
            if (fault->skip > 0) {
                --fault->skip;
                continue;
            }
            const Fault due = *fault;
            if (--fault->count == 0) {
                faults_.erase(fault);
            }
            return due;
        }
        return std::nullopt;
    }

  private:
    std::vector<Fault> faults_;
};

// Nothing of a query, of a header's value or of a body: those have secrets.
struct Received {
    std::string method;
    std::string path;
    bool authorization;
    std::size_t body_size;
    int status;
};

class Journal {
  public:
    void add(const Request& request, const Reply& reply) {
        if (received_.size() == max_size) {
            received_.pop_front();
        }
        received_.push_back({request.method, std::string{path_of(request)},
                             !header_values(request, "Authorization").empty(), request.body.size(), reply.status});
    }

    const std::deque<Received>& received() const { return received_; }
    void clear() { received_.clear(); }

  private:
    static constexpr std::size_t max_size = 1000;
    std::deque<Received> received_;
};

} // namespace homeserver
