// SPDX-License-Identifier: MIT
//
// Rate limits, and the forms in which a 429 tells its delay.
#pragma once

#include "accounts.hpp"
#include "json.hpp"

#include <chrono>
#include <cmath>
#include <cstddef>
#include <ctime>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace homeserver {

using WallClock = std::function<std::chrono::system_clock::time_point()>;

// Which of the two places name the delay (reference rules R1 to R4: all combinations are met in practice).
struct DelayForms {
    enum class Header { none, seconds, date };
    Header header = Header::seconds;
    bool body = true;
};

struct RateLimit {
    double per_second;
    double burst_count;
    DelayForms forms{};
};

// Leaky buckets by name: once one is full, its requests are held back.
class Buckets {
  public:
    explicit Buckets(Clock clock) : clock_{std::move(clock)} {}

    void set_limit(std::optional<RateLimit> limit) {
        limit_ = limit;
        buckets_.clear();
    }

    DelayForms forms() const { return limit_ ? limit_->forms : DelayForms{}; }

    // How long to wait before the next attempt; nothing if not at all.
    std::optional<std::chrono::milliseconds> delay(const std::string& name) {
        const double excess = limit_ ? level(name) + 1.0 - limit_->burst_count : 0.0;
        // Times are whole nanoseconds: waiting exactly the delay that was told must be enough.
        if (excess <= 1e-6) {
            return std::nullopt;
        }
        return std::chrono::milliseconds{static_cast<long long>(std::ceil(excess / limit_->per_second * 1000.0))};
    }

    void count(const std::string& name) {
        if (limit_) {
            const double before = level(name);
            buckets_[name] = Bucket{before + 1.0, clock_()};
        }
    }

  private:
    struct Bucket {
        double level;
        Time at;
    };

    // Empty buckets go, or a scan over unknown names would fill the memory.
    double level(const std::string& name) {
        const Time now = clock_();
        const auto leaked = [&](const Bucket& bucket) {
            return bucket.level - std::chrono::duration<double>(now - bucket.at).count() * limit_->per_second;
        };
        for (auto position = buckets_.begin(); position != buckets_.end();) {
            position = leaked(position->second) <= 0.0 ? buckets_.erase(position) : std::next(position);
        }
        const auto position = buckets_.find(name);
        return position == buckets_.end() ? 0.0 : leaked(position->second);
    }

    Clock clock_;
    std::optional<RateLimit> limit_;
    std::map<std::string, Bucket> buckets_;
};

// RFC 9110's preferred form of a date; strftime would ask the locale for the names.
inline std::string http_date(std::chrono::system_clock::time_point time) {
    constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    const auto two_digits = [](int value) { return std::string(value < 10 ? 1 : 0, '0') + std::to_string(value); };
    return std::string{days[utc.tm_wday]} + ", " + two_digits(utc.tm_mday) + ' ' + months[utc.tm_mon] + ' ' +
           std::to_string(utc.tm_year + 1900) + ' ' + two_digits(utc.tm_hour) + ':' + two_digits(utc.tm_min) + ':' +
           two_digits(utc.tm_sec) + " GMT";
}

// A header knows whole seconds only and is rounded up: who obeys it must not be refused again.
[[noreturn]] inline void refuse_for(std::chrono::milliseconds delay, DelayForms forms, const WallClock& wall) {
    Json body = {{"errcode", "M_LIMIT_EXCEEDED"}, {"error", "Too Many Requests"}};
    if (forms.body) {
        body["retry_after_ms"] = delay.count();
    }
    Reply reply = json_reply(429, body);
    if (forms.header == DelayForms::Header::seconds) {
        reply.headers.emplace_back("Retry-After", std::to_string((delay.count() + 999) / 1000));
    } else if (forms.header == DelayForms::Header::date) {
        // With the server's own idea of now, for a client whose clock is wrong. That is cut to the second below it, so
        // the difference of the two must be rounded up from there.
        using std::chrono::seconds;
        const auto exactly = wall();
        const auto now = std::chrono::floor<seconds>(exactly);
        reply.headers.emplace_back("Date", http_date(now));
        const auto whole = std::chrono::ceil<seconds>(delay + (exactly - now));
        reply.headers.emplace_back("Retry-After", http_date(now + whole));
    }
    throw Refusal{std::move(reply)};
}

} // namespace homeserver
