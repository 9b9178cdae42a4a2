// SPDX-License-Identifier: MIT
// What both storage policies of mxwire do alike.
#ifndef MXWIRE_BENCH_MXWIRE_BY_HAND_HPP
#define MXWIRE_BENCH_MXWIRE_BY_HAND_HPP

#include <mxwire/mxwire.hpp>

#include "works.hpp"

namespace bench {

template <class Text> std::size_t length(const Text& text) { return std::string_view(text).size(); }
template <class Text> std::size_t length(const mxwire::BasicSecret<Text>& secret) { return secret.expose().size(); }
template <class E, class Text> std::size_t length(const mxwire::OpenEnum<E, Text>& word) { return word.text().size(); }
template <class T> std::size_t length(const std::optional<T>& value) { return value ? length(*value) : 0; }

template <class Login> std::size_t sum_of_login(const Login& login) {
    Checksum sum;
    sum.add(length(login.user_id))
        .add(length(login.access_token))
        .add(length(login.device_id))
        .add(length(login.refresh_token));
    sum.add(login.expires_in ? static_cast<std::size_t>(login.expires_in->count()) : 0);
    sum.add(login.well_known ? length(login.well_known->homeserver.base_url) : 0);
    sum.add(login.well_known && login.well_known->identity_server ? length(login.well_known->identity_server->base_url)
                                                                  : 0);
    return sum.value();
}
template <class Flows> std::size_t sum_of_flows(const Flows& flows) {
    Checksum sum;
    for (const auto& flow : flows.flows) {
        sum.add(length(flow.type));
        for (const auto& provider : flow.identity_providers) {
            sum.add(length(provider.id))
                .add(length(provider.name))
                .add(length(provider.icon))
                .add(length(provider.brand));
        }
        sum.add(flow.get_login_token).add(flow.oauth_aware_preferred);
    }
    return sum.value();
}
template <class Error> std::size_t sum_of_error(const Error& error) {
    Checksum sum;
    sum.add(length(error.code)).add(length(error.message));
    sum.add(error.retry_after ? static_cast<std::size_t>(error.retry_after->count()) : 0).add(error.soft_logout);
    return sum.value();
}
/// A login by password alone, as the others write it by hand: mxwire::Login can hold any method, and dispatches twice
/// for it.
using PasswordLogin =
    mxwire::BasicLogin<mxwire::View, mxwire::BasicPassword<mxwire::View, mxwire::BasicUserId<mxwire::View>>>;

inline PasswordLogin login_of(const LoginParams& params) {
    PasswordLogin login{{{params.user}, params.password}};
    login.device_id = params.device_id;
    login.initial_device_display_name = params.initial_device_display_name;
    login.refresh_token = params.refresh_token;
    return login;
}
template <class Request> std::size_t sum_of_request(const Request& request) {
    Checksum sum;
    sum.add(to_string(request.method()).size()).add(request.url().size());
    sum.add(request.headers().size());
    return sum.add(request.body().size()).value();
}

} // namespace bench

#endif
