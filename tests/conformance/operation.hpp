// SPDX-License-Identifier: MIT
// What mxwire_replay does for one operation in one storage policy.
#ifndef MXWIRE_TESTS_CONFORMANCE_OPERATION_HPP
#define MXWIRE_TESTS_CONFORMANCE_OPERATION_HPP

#include "replay.hpp"

namespace replay {

template <class E> inline constexpr bool is_wellknown_v = false;
template <class S> inline constexpr bool is_wellknown_v<mxwire::BasicGetWellknown<S>> = true;

/// What the program does for one operation in one storage policy.
template <class E> struct Operation {
    using S = mxwire::StorageOf<E>;
    using Result = mxwire::ResultOf<E>;
    static constexpr bool is_owned = std::is_same_v<S, mxwire::Owned>;
    static constexpr bool is_view = std::is_same_v<typename S::Text, std::string_view>;

    static void respond(Object& out, ResponseLine& line) {
        const std::unique_ptr<Result> result(new Result(parse(line))); // made in place: Fixed models are megabytes
        if (!*result) return write_error(out, result->error());
        std::string fields;
        const mxwire::WriteResult written = mxwire::write_json(fields, **result);
        out.text("outcome", "model").number("status", line.status);
        if (written) {
            out.json("fields", fields);
        } else {
            out.json("fields", "null").text("message", sentence(written.member, describe(written.fault)));
        }
    }

    static void build(Object& out, RequestLine& line) {
        const Text token = take(line.params, "access_token");
        const std::unique_ptr<E> endpoint(new E{});
        std::string params = dump(line.params); // a View endpoint points into it
        if constexpr (HasFields<E>::value) {
            const mxwire::ReadResult read = read_all(line.params, params, *endpoint);
            if (!read) return refuse(out, read.member, describe(read.fault));
        }
        if constexpr (E::info.auth != mxwire::Auth::none) {
            if (token.fault && mxwire::detail::operation(*endpoint).auth != mxwire::Auth::none)
                return refuse(out, "access_token", "wrong type");
            if (token.value || E::info.auth == mxwire::Auth::required) {
                std::optional<std::string> user_id, device_id;
                if constexpr (E::info.masquerade == mxwire::Masquerade::yes) {
                    Text user = take(line.params, "user_id"), device = take(line.params, "device_id");
                    if (user.fault) return refuse(out, "user_id", "wrong type");
                    if (device.fault) return refuse(out, "device_id", "wrong type");
                    user_id = std::move(user.value);
                    device_id = std::move(device.value);
                }
                const std::string secret = token.value.value_or("");
                if constexpr (is_owned) {
                    const mxwire::Credentials where{homeserver<std::string>(line), secret, user_id, device_id};
                    return send(out, *endpoint, where, params.size());
                } else {
                    const std::string_view view = secret;
                    const mxwire::CredentialsView where{homeserver<std::string_view>(line), view, user_id, device_id};
                    return send(out, *endpoint, where, params.size());
                }
            }
        }
        if constexpr (is_wellknown_v<E>) {
            using Name = mxwire::BasicServerName<std::conditional_t<is_owned, std::string, std::string_view>>;
            const Text server = take(line, "server_name", line.server_name), user = take(line, "user_id", line.user_id);
            if (server.fault) return refuse(out, "server_name", "wrong type");
            if (user.fault) return refuse(out, "user_id", "wrong type");
            if (server.value) return send(out, *endpoint, Name{*server.value}, params.size());
            if (user.value) return send(out, *endpoint, Name::of(*user.value), params.size());
        }
        if constexpr (E::info.auth != mxwire::Auth::required) {
            using Url = std::conditional_t<is_owned, std::string, std::string_view>;
            send(out, *endpoint, homeserver<Url>(line), params.size());
        }
    }

  private:
    template <class T, class = void> struct HasFields : std::false_type {};
    template <class T> struct HasFields<T, std::void_t<decltype(T::fields)>> : std::true_type {};

    /// Reads what is given. What would be no good in an answer and read as absent is a mistake in a request.
    static mxwire::ReadResult read_all(const Json& given, std::string& text, E& endpoint) {
        auto rows = mxwire::detail::ReadTableOf<E>::rows;
        mxwire::detail::ReadTable table = mxwire::detail::ReadTableOf<E>::value;
        table.fields = rows.data();
        for (mxwire::detail::ReadField& row : rows) {
            const auto found = given.find(std::string(mxwire::detail::key_of(&row)));
            if (found != given.end() && !found->is_null()) row.required = true;
        }
        return mxwire::detail::CoreCodec::read({text.data(), text.size(), is_view}, mxwire::detail::default_limits,
                                               table, &endpoint);
    }

    static Result parse(ResponseLine& line) {
        if (line.failure) return mxwire::parse<E>(*line.failure);
        if constexpr (is_view) {
            const mxwire::MutableBody body{line.body.data(), line.body.size()};
            return mxwire::parse_in_place<E>(line.status, body, line.headers, {}, line.now);
        } else {
            if (line.codec == Codec::nlohmann)
                return mxwire::parse<E, mxwire::NlohmannCodec>(line.status, line.body, line.headers, {}, line.now);
            return mxwire::parse<E>(line.status, line.body, line.headers, {}, line.now);
        }
    }

    /// A parameter that is no member of the body. It is taken away: a custom type's own members would hold it as well.
    struct Text {
        std::optional<std::string> value;
        bool fault = false;
    };
    static Text take(Json& params, const char* name) {
        Text text;
        const auto found = params.find(name);
        if (found == params.end()) return text;
        if (const std::string* const value = found->get_ptr<const std::string*>()) {
            text.value = *value;
        } else {
            text.fault = !found->is_null();
        }
        params.erase(found);
        return text;
    }

    /// The same for one that may stand outside of the parameters as well.
    static Text take(RequestLine& line, const char* name, const Json& outside) {
        if (line.params.find(name) == line.params.end()) line.params[name] = outside;
        return take(line.params, name);
    }

    template <class Url> static mxwire::BasicHomeserver<Url> homeserver(const RequestLine& line) {
        using Homeserver = mxwire::BasicHomeserver<Url>;
        const Url url{line.base_url};
        return line.insecure ? Homeserver{url, mxwire::allow_insecure_http} : Homeserver{url};
    }

    template <class Where> static void send(Object& out, const E& endpoint, const Where& where, std::size_t params) {
        if constexpr (is_owned) {
            (void)params;
            const mxwire::Result<mxwire::Request> request = mxwire::prepare(endpoint, where);
            return request ? write_request(out, *request) : write_error(out, request.error());
        } else {
            // The longest of the three encodings is six bytes for one.
            std::string buffer(4096 + 8 * params + size_of(where), '\0');
            const auto request = mxwire::prepare_into(buffer.data(), buffer.size(), endpoint, where);
            return request ? write_request(out, *request) : write_error(out, request.error());
        }
    }
    static std::size_t size_of(const mxwire::HomeserverView& where) { return where.base_url().size(); }
    static std::size_t size_of(const mxwire::ServerNameView& where) { return where.text().size(); }
    static std::size_t size_of(const mxwire::CredentialsView& where) {
        std::size_t size = where.server.base_url().size() + where.access_token.expose().size();
        if (where.user_id) size += 3 * where.user_id->size();
        if (where.device_id) size += 3 * where.device_id->size();
        return size;
    }
    template <class Request> static void write_request(Object& out, const Request& request) {
        Object headers;
        for (const mxwire::Header& header : request.headers()) headers.text(header.name, header.value);
        out.text("outcome", "request").text("method", mxwire::to_string(request.method())).text("url", request.url());
        out.json("headers", headers.finish()).text("body", request.body());
    }
};

template <class E> constexpr Entry entry(std::string_view id) {
    return {id, {Operation<E>::respond, Operation<E>::build}};
}

} // namespace replay

#endif
