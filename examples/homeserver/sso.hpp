// SPDX-License-Identifier: MIT
//
// Single sign-on: the redirect, a provider that believes whatever name it is told, and the way back.
#pragma once

#include "login.hpp"
#include "world.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace homeserver {

// Names and values as HTML forms are sent, which is how Synapse writes the query anew.
inline std::string form_encode(std::string_view text) {
    std::string encoded;
    for (std::size_t end = text.find(' '); end != std::string_view::npos; end = text.find(' ')) {
        encoded += percent_encode(text.substr(0, end)) + '+';
        text.remove_prefix(end + 1);
    }
    return encoded + percent_encode(text);
}

// Into the query and before the fragment (reference rule S2). An older loginToken stays, and stays first: real servers
// append (reference trap 25).
inline std::string with_login_token(std::string_view redirect_url, std::string_view token) {
    const std::size_t hash = redirect_url.find('#');
    const std::string fragment{hash == std::string_view::npos ? std::string_view{} : redirect_url.substr(hash)};
    const std::string_view rest = redirect_url.substr(0, hash);
    const std::size_t question_mark = rest.find('?');
    std::string url = std::string{rest.substr(0, question_mark)} + '?';
    if (question_mark != std::string_view::npos) {
        for (const auto& [name, value] : form_pairs(rest.substr(question_mark + 1))) {
            url += form_encode(name) + '=' + form_encode(value) + '&';
        }
    }
    return url + "loginToken=" + form_encode(token) + fragment;
}

// An absolute URL of any scheme that opens something; what cannot stand in a header must not get into one.
inline std::string read_redirect_url(const Request& request) {
    const auto url = query_parameter(request, "redirectUrl");
    if (!url || url->empty()) {
        refuse(400, "M_MISSING_PARAM", "Missing query parameter: redirectUrl");
    }
    const std::string scheme = to_lower(url->substr(0, url->find(':')));
    const bool absolute = scheme.size() < url->size() && !scheme.empty() &&
                          scheme.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == std::string::npos;
    // The query is written anew, blanks and all; a '?' in the fragment begins none.
    const std::size_t hash = std::min(url->find('#'), url->size());
    const std::size_t question_mark = std::min(url->find('?'), hash);
    const auto printable = [](std::string_view text) {
        return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    };
    const bool sendable =
        printable(std::string_view{*url}.substr(0, question_mark)) && printable(std::string_view{*url}.substr(hash));
    if (!absolute || !sendable || scheme == "javascript" || scheme == "data") {
        refuse(400, "M_INVALID_PARAM", "Invalid query parameter: redirectUrl");
    }
    return *url;
}

// Whoever the provider vouches for: who is new gets an account.
inline Reply finish_sso(World& world, const std::string& name, const std::string& redirect_url) {
    const std::string user_id = to_lower(world.accounts.to_user_id(name));
    User* user = world.accounts.find(user_id);
    if (user == nullptr && !world.accounts.is_reserved(user_id)) {
        User fresh;
        fresh.user_id = user_id;
        user = world.accounts.create(std::move(fresh));
    }
    if (user == nullptr || user->guest) {
        return html_reply(400, "<p>This cannot be a user here.</p>");
    }
    if (user->deactivated) {
        return html_reply(403, "<p>This account has been deactivated.</p>");
    }
    user->sso = true;
    const std::string token = world.accounts.mint_login_token(*user, world.rules.login_token);
    return redirect_reply(302, with_login_token(redirect_url, token));
}

inline Reply ask_provider(const Call& call, const std::string& redirect_url, const std::string& provider) {
    World& world = call.world;
    if (!world.rules.sso_user.empty()) {
        return finish_sso(world, world.rules.sso_user, redirect_url);
    }
    std::string session = random_token("sso_");
    const std::string page = "/sso/" + provider + "?session=" + session;
    world.sso_sessions.insert_or_assign(std::move(session), redirect_url);
    return redirect_reply(302, page);
}

inline Reply redirect_to_idp(const Call& call) {
    const std::string redirect_url = read_redirect_url(call.request);
    // Undecoded: an escape that was not needed is another ID, as on real servers (reference trap 24).
    for (const Provider& provider : providers(call.world)) {
        if (provider.id == call.segment) {
            return ask_provider(call, redirect_url, provider.id);
        }
    }
    refuse(404, "M_NOT_FOUND", "Unknown identity provider");
}

inline Reply redirect_to_sso(const Call& call) {
    const std::string redirect_url = read_redirect_url(call.request);
    if (!call.world.rules.sso_user.empty()) {
        return ask_provider(call, redirect_url, {});
    }
    std::string links;
    for (const Provider& provider : providers(call.world)) {
        links += "<p><a href=\"/_matrix/client/v3/login/sso/redirect/" + provider.id +
                 "?redirectUrl=" + percent_encode(redirect_url) + "\">" + html_escape(provider.name) + "</a></p>";
    }
    return html_reply(200, links);
}

// The provider's own pages: who is this?

inline Reply provider_page(const Call& call) {
    if (call.world.sso_sessions.count(query_parameter(call.request, "session").value_or("")) == 0) {
        return html_reply(400, "<p>Unknown session.</p>");
    }
    return html_reply(200, "<form method=\"post\"><input name=\"user\"> <button>Sign in</button></form>");
}

inline Reply provider_page_answer(const Call& call) {
    const auto session = call.world.sso_sessions.find(query_parameter(call.request, "session").value_or(""));
    if (session == call.world.sso_sessions.end()) {
        return html_reply(400, "<p>Unknown session.</p>");
    }
    const std::string redirect_url = session->second;
    call.world.sso_sessions.erase(session);
    return finish_sso(call.world, form_value(call.request.body, "user").value_or(""), redirect_url);
}

} // namespace homeserver
