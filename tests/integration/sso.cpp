// SPDX-License-Identifier: MIT
//
// Single sign-on, with a browser that has no screen: from the login flows by the provider's page to the callback, the
// login by token, and the logout. What only a person could do there is done as a person would.

#include "server.hpp"

using namespace integration;

namespace {

using mxwire::Login;
using mxwire::LoginToken;
using mxwire::PendingSso;
using mxwire::Secret;

constexpr const char* sso = "MXWIRE_SSO_SERVER";
constexpr const char* openid = "MXWIRE_OPENID_SERVER";
// Nothing listens there: what is of interest is where the browser is sent.
const std::string callback = "http://127.0.0.1:7777/cb";

constexpr Answers offered{
    "org.matrix.login.jwt m.login.cas m.login.sso[oidc-down cas] m.login.token(get_login_token) m.login.password "
    "m.login.application_service",
    "m.login.sso[github company] m.login.token(get_login_token) m.login.password m.login.application_service",
    "",
};
constexpr Answers provider{"cas", "company", ""};
constexpr Answers provider_that_is_down{"http 503", "404 M_NOT_FOUND", ""};
constexpr Answers cas_alone{"http 302", "404 M_UNRECOGNIZED", ""};
constexpr Answers without_redirect_url{"500 M_UNKNOWN", "400 M_MISSING_PARAM", ""};
// A callback that the server's administrator does not know: Synapse asks the user, with a link.
constexpr Answers status_of_a_foreign_callback{"200", "302", ""};

// Text between `before` and `after`; empty if there is none.
std::string between(std::string_view text, std::string_view before, std::string_view after) {
    const std::size_t at = text.find(before);
    if (at == text.npos) return {};
    text.remove_prefix(at + before.size());
    return std::string{text.substr(0, text.find(after))};
}
std::string with_all(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) {
        text.replace(at, from.size(), to);
    }
    return text;
}
// As it stands in an attribute of a page.
std::string unescaped(std::string text) {
    text = with_all(with_all(std::move(text), "&#34;", "\""), "&lt;", "<");
    text = with_all(with_all(std::move(text), "&#39;", "'"), "&gt;", ">");
    return with_all(std::move(text), "&amp;", "&");
}

// It follows redirects and links and fills forms in, until it is sent to the application's callback or to a page that
// has nothing more to do.
class Browser {
  public:
    Browser(std::string user, std::string idp) : user_(std::move(user)), idp_(std::move(idp)) {}

    struct Page {
        long status;
        std::string url, body, location;
    };

    // The last page. Its location is where the application comes in, if it is sent there.
    Page visit(std::string url, std::string_view application) {
        Page page = open(std::move(url));
        for (int steps = 0; steps < 20; ++steps) {
            std::string link = page.location;
            if (link.empty()) link = unescaped(link_of(page));
            std::string form;
            if (link.empty()) form = form_of(page);
            if (link.empty() && form.empty()) return page;
            if (!link.empty()) {
                page.location = absolute(page.url, link);
                if (page.location.substr(0, application.size()) == application) return page;
                page = open(page.location);
            } else {
                const std::string action = unescaped(between(page.body, "action=\"", "\""));
                page = open(action.empty() ? page.url : absolute(page.url, action), &form);
            }
        }
        FAIL("a browser that comes to no end, at ", page.url);
        return page;
    }

  private:
    struct Cleanup {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    };

    Page open(std::string url, const std::string* form = nullptr) {
        if (url.find("/cas/login?") != url.npos) url += "&user=" + user_; // the CAS's form
        std::string body, location;
        curl_easy_setopt(curl_.get(), CURLOPT_HEADERDATA, &location);
        curl_easy_setopt(curl_.get(), CURLOPT_HEADERFUNCTION, &Browser::take_location);
        curl_easy_setopt(curl_.get(), CURLOPT_COOKIEFILE, ""); // cookies are kept
        curl_easy_setopt(curl_.get(), CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl_.get(), CURLOPT_TIMEOUT, 30L);
        curl_easy_setopt(curl_.get(), CURLOPT_WRITEDATA, &body);
        curl_easy_setopt(curl_.get(), CURLOPT_WRITEFUNCTION, &Browser::take);
        curl_easy_setopt(curl_.get(), CURLOPT_HTTPGET, 1L);
        if (form != nullptr) curl_easy_setopt(curl_.get(), CURLOPT_COPYPOSTFIELDS, form->c_str());
        CAPTURE(url);
        REQUIRE(curl_easy_perform(curl_.get()) == CURLE_OK);
        long status = 0;
        curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
        return {status, std::move(url), std::move(body), std::move(location)};
    }
    // As it stands there: libcurl would write it anew.
    static std::size_t take_location(const char* data, std::size_t, std::size_t size, void* location) {
        const std::string line{data, size};
        if (line.size() > 9 && curl_strnequal(line.c_str(), "location:", 9) != 0) {
            const std::size_t first = line.find_first_not_of(' ', 9);
            *static_cast<std::string*>(location) = line.substr(first, line.find_last_not_of("\r\n") + 1 - first);
        }
        return size;
    }
    static std::size_t take(const char* data, std::size_t, std::size_t size, void* body) {
        static_cast<std::string*>(body)->append(data, size);
        return size;
    }

    // Where a person would go on: the provider among several, or the button that says so.
    std::string link_of(const Page& page) const {
        for (const std::string& text : {"\"pick_idp?idp=" + idp_ + "&", "/redirect/" + idp_ + "?redirectUrl="}) {
            const std::size_t at = page.body.find(text);
            if (idp_.empty() || at == page.body.npos) continue;
            const std::size_t begin = page.body.rfind('"', at) == at ? at + 1 : page.body.rfind('"', at) + 1;
            return page.body.substr(begin, page.body.find('"', begin) - begin);
        }
        const std::size_t button = page.body.find("class=\"primary-button\"");
        if (button == page.body.npos) return {};
        const std::size_t tag = page.body.rfind('<', button);
        return between(page.body.substr(tag, button - tag), "href=\"", "\"");
    }
    std::string form_of(const Page& page) const {
        if (page.body.find("<form") == page.body.npos) return {};
        if (page.body.find("name=\"login\"") != page.body.npos) return "prompt=login&login=" + user_ + "&password=any";
        if (page.body.find("value=\"consent\"") != page.body.npos) return "prompt=consent";
        if (page.body.find("name=\"user\"") != page.body.npos) return "user=" + user_;
        return page.body.find(">Confirm<") != page.body.npos ? "confirmed=" : "";
    }
    static std::string absolute(const std::string& base, const std::string& link) {
        if (link.find(':') < link.find_first_of("/?#")) return link;
        const std::size_t path = base.find('/', base.find("://") + 3);
        if (!link.empty() && link[0] == '/') return base.substr(0, path) + link;
        return base.substr(0, base.find_first_of("?#", path)).substr(0, base.rfind('/', base.find_first_of("?#"))) +
               '/' + link;
    }

    std::string user_, idp_;
    std::unique_ptr<CURL, Cleanup> curl_{curl_easy_init()};
};

Secret new_state() { return Secret{new_name() + new_name()}; }

PendingSso begin(const Server& server, std::string_view redirect_url, const std::string& idp = {}) {
    auto pending = PendingSso::begin(server.url, redirect_url, new_state(), mxwire::IdpId{idp});
    REQUIRE(pending.has_value());
    return std::move(*pending);
}

std::string refused(const mxwire::Result<Secret>& token) {
    REQUIRE_FALSE(token.has_value());
    CHECK(token.error().stage == mxwire::Stage::request);
    return std::string{token.error().member};
}

// The way there and back, with what must be refused on it: returns the session.
mxwire::LoginResponse log_in_by(const Server& server, const std::string& user, const std::string& chosen,
                                const std::string& picked = {}) {
    PendingSso pending = begin(server, callback + "?a=1", chosen);
    const auto page = Browser{user, picked}.visit(std::string{pending.url()}, callback);
    CAPTURE(page.status);
    CAPTURE(page.body);
    REQUIRE(page.location.find("loginToken=") != page.location.npos);

    // It is of this attempt: another one refuses it, and so does this one when its state was touched. Neither is over.
    PendingSso other = begin(server, callback + "?a=1", chosen);
    CHECK(refused(other.finish(page.location)) == "state");
    const std::size_t state = page.location.find("state=u") + 6;
    std::string touched = page.location;
    REQUIRE(state < touched.size());
    touched[state] = 'v';
    CHECK(refused(pending.finish(touched)) == "state");
    CHECK_FALSE(pending.is_finished());
    CHECK_FALSE(other.is_finished());

    // As if the application had been closed meanwhile.
    auto restored = PendingSso::restore(pending.save().expose());
    REQUIRE(restored.has_value());
    const auto token = restored->finish(page.location);
    REQUIRE(token.has_value());
    CHECK(refused(restored->finish(page.location)) == "state");

    Login wish{LoginToken{*token}};
    wish.initial_device_display_name = "by single sign-on";
    auto session = call(server.curl, restored->server(), wish);
    REQUIRE(outcome(session) == "ok");
    CHECK(session->user_id == server.full_id(user));
    CHECK(outcome(server.ask(wish)) == "403 M_FORBIDDEN"); // a login token is good for once
    return std::move(*session);
}

void end(const Server& server, const mxwire::LoginResponse& session) {
    const auto me = server.whoami(session.access_token);
    REQUIRE(outcome(me) == "ok");
    CHECK(me->user_id == session.user_id);
    CHECK(me->device_id == session.device_id);
    CHECK(outcome(server.ask(session.access_token, mxwire::Logout{})) == "ok");
    CHECK(outcome(server.whoami(session.access_token)) == server.said(dead));
}

// The redirect that Matrix had before the one of m.login.sso.
struct CasRedirect {
    static constexpr mxwire::EndpointInfo info{"casRedirect", mxwire::Method::get,
                                               "/_matrix/client/v3/login/cas/redirect", mxwire::Auth::none};
    using Response = Nothing;
    std::string redirect_url;
    static constexpr auto fields =
        mxwire::fields(mxwire::field::required_query<&CasRedirect::redirect_url>("redirectUrl"));
};

} // namespace

TEST_CASE("S1: single sign-on where there is none") {
    const Server server;
    if (!server.is(Kind::dendrite)) return;
    CHECK(outcome(server.ask(mxwire::RedirectToSso{callback})) == "404 M_UNRECOGNIZED");
    CHECK(outcome(server.ask(mxwire::RedirectToIdp{"cas", callback})) == "404 M_UNRECOGNIZED");
}

TEST_CASE("L3: the identity providers among the login flows") {
    if (!has_environment(sso)) return;
    const Server server{sso};
    const auto answer = server.ask(mxwire::GetLoginFlows{});
    REQUIRE(outcome(answer) == "ok");
    CHECK(text_of(*answer) == server.said(offered));
}

TEST_CASE("S1, S2, S3, S9: single sign-on, with the provider chosen by the application, or on the server's page") {
    if (!has_environment(sso)) return;
    const Server server{sso};
    const std::string user = new_name(), idp = server.said(provider);
    const auto first = log_in_by(server, user, idp); // makes the account
    const auto second = log_in_by(server, user, {}, idp);
    CHECK(first.user_id == second.user_id);
    CHECK(first.device_id != second.device_id);
    end(server, second);
    end(server, first);
}

TEST_CASE("S3, S9: OpenID Connect") {
    if (!has_environment(openid)) return;
    const Server server{openid};
    const auto flows = server.ask(mxwire::GetLoginFlows{});
    REQUIRE(outcome(flows) == "ok");
    CHECK(text_of(*flows) == "m.login.sso[oidc-local] m.login.token(get_login_token) m.login.password "
                             "m.login.application_service");
    const std::string user = new_name();
    end(server, log_in_by(server, user, "oidc-local"));
    end(server, log_in_by(server, user, {})); // there is but one
}

TEST_CASE("S4, S8: a provider that the server does not know, and one that is down") {
    if (!has_environment(sso)) return;
    const Server server{sso};
    const auto unknown = server.ask(mxwire::RedirectToIdp{"nobodys", callback});
    CHECK(outcome(unknown) == "404 M_NOT_FOUND");
    const auto down = server.ask(mxwire::RedirectToIdp{"oidc-down", callback});
    CHECK(outcome(down) == server.said(provider_that_is_down));
    if (server.is(Kind::synapse)) CHECK(down.error().code.empty()); // a page is no Matrix error
    CHECK(outcome(server.ask(mxwire::RedirectToIdp{server.said(provider), {}})) == server.said(without_redirect_url));
}

TEST_CASE("S1, S5: where the redirect leads") {
    if (!has_environment(sso)) return;
    const Server server{sso};
    const auto redirect = server.ask(mxwire::RedirectToIdp{server.said(provider), callback});
    REQUIRE(outcome(redirect) == "http 302");
    CHECK_FALSE(redirect.error().location.empty());
    const auto old = server.ask(CasRedirect{callback});
    CHECK(outcome(old) == server.said(cas_alone));
    if (server.is(Kind::synapse)) CHECK_FALSE(old.error().location.empty());
}

TEST_CASE("S6: a redirect URL comes back decoded as it was, however the server writes it") {
    if (!has_environment(sso)) return;
    const Server server{sso};
    for (const char* query : {"?%3Cab+c%3E&q%22%2B%253D%2B%22=%22f%C3%B6%26%3Do%22", "?<ab c>&q\"+%253D+\"=\"f%26=o\"",
                              "?a=1&a=2&b=", "?x=%C3%A4#here", "#fragment?no=query"}) {
        CAPTURE(query);
        PendingSso pending = begin(server, callback + query, server.said(provider));
        const auto page = Browser{new_name(), {}}.visit(std::string{pending.url()}, callback);
        CAPTURE(page.location);
        CAPTURE(page.body);
        REQUIRE_FALSE(page.location.empty());
        const auto token = pending.finish(page.location);
        REQUIRE(token.has_value());
        CHECK(outcome(server.ask(Login{LoginToken{*token}})) == "ok");
    }
}

TEST_CASE("S7: a callback that the server does not know, by another scheme too") {
    if (!has_environment(sso)) return;
    const Server server{sso};
    for (const std::string& where :
         {std::string{"https://elsewhere.example.org/cb?a=1&b=2"}, std::string{"com.example.app:/cb"}}) {
        CAPTURE(where);
        PendingSso pending = begin(server, where, server.said(provider));
        const auto page = Browser{new_name(), {}}.visit(std::string{pending.url()}, where);
        CHECK(std::to_string(page.status) == server.said(status_of_a_foreign_callback));
        const auto token = pending.finish(page.location);
        REQUIRE(token.has_value());
        CHECK(outcome(server.ask(Login{LoginToken{*token}})) == "ok");
    }
}

TEST_CASE("S10, U14, U15: who came by single sign-on proves it there, and is not let in after the end of the account") {
    if (!has_environment(sso)) return;
    const Server server{sso};
    const std::string user = new_name(), idp = server.said(provider);
    const auto session = log_in_by(server, user, idp);
    const mxwire::Credentials where = server.by(session.access_token);
    const std::string challenge = "401 [m.login.sso]";
    const auto stage_page = [&](const auto& answer, const std::string& who) {
        REQUIRE(outcome(answer) == challenge);
        const auto request =
            prepare(mxwire::UiaFallback{"m.login.sso", *answer.error().challenge->session}, server.url);
        REQUIRE(request.has_value());
        return Browser{who, {}}.visit(std::string{request->url()}, callback).status;
    };

    const mxwire::DeleteDevice device{"NO SUCH DEVICE"};
    const auto first = call(server.curl, where, device);
    CHECK(outcome(server.go_on(where, device, first, mxwire::CompletedElsewhere{})) == challenge); // it was not
    if (server.is(Kind::synapse)) { // the embedded server's page is one for anybody
        const auto again = call(server.curl, where, device);
        CHECK(stage_page(again, new_name()) == 200); // another user's proof, which is told to nobody yet
        CHECK(outcome(server.go_on(where, device, again, mxwire::CompletedElsewhere{})) == "403 M_FORBIDDEN");
    }

    const mxwire::DeactivateAccount wish;
    const auto last = call(server.curl, where, wish);
    CHECK(stage_page(last, user) == 200);
    CHECK(outcome(server.go_on(where, wish, last, mxwire::CompletedElsewhere{})) == "ok");
    CHECK(outcome(server.whoami(session.access_token)) == server.said(dead));

    PendingSso pending = begin(server, callback, idp);
    const auto page = Browser{user, {}}.visit(std::string{pending.url()}, callback);
    CHECK(page.status == 403);
    CHECK(page.location.empty());
    CHECK_FALSE(pending.is_finished());
}
