// SPDX-License-Identifier: MIT
// SEC-80, SEC-81: a secret goes into every exchange and every kind of error, and nothing that is said afterwards has
// it.
#include "exchange.hpp"

#include <mxwire/session/login.hpp>

using exchange::text;

namespace {

/// Odd enough that each encoding looks different.
constexpr char sentinel[] = "S3nt/in\xc3\xa9l+&\"\\=%zZ";
/// The same for places that take header text only.
constexpr char sentinel_token[] = "S3nt/in~l+&\"\\=%zZ";

std::string percent(std::string_view value) {
    std::string all;
    for (const char c : value) {
        const unsigned byte = static_cast<unsigned char>(c);
        const bool unreserved = ((byte | 0x20) - unsigned{'a'} < 26 || byte - unsigned{'0'} < 10 ||
                                 std::string_view{"-._~"}.find(c) != std::string_view::npos);
        if (unreserved) {
            all += c;
        } else {
            all += '%';
            all += "0123456789ABCDEF"[byte / 16];
            all += "0123456789ABCDEF"[byte % 16];
        }
    }
    return all;
}
std::string json(std::string_view value) {
    std::string all;
    for (const char c : value) {
        if (c == '"' || c == '\\') all += '\\';
        all += c;
    }
    return all;
}
std::string base64(std::string_view value) {
    constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string all;
    unsigned bits = 0, count = 0;
    for (const char c : value) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (count += 8; count >= 6;) all += digits[bits >> (count -= 6) & 63];
    }
    return all; // the digits in front, whatever follows
}

/// All that a log might get to see, in one place.
class Log {
  public:
    template <class Text> void add(const mxwire::BasicRequest<Text>& request) {
        lines_ += mxwire::describe(request) + '\n';
        lines_ += text(to_string(request.method())) + '\n';
        char line[64];
        lines_.append(line, mxwire::describe_into(line, sizeof line, request)) += '\n';
        for (const mxwire::Header& header : request.headers()) {
            lines_ += text(header.name) + '\n';
            if (!header.sensitive) lines_ += text(header.value) + '\n'; // as a transport may log it
        }
        ++entries_;
    }
    template <class S> void add(const mxwire::BasicMatrixError<S>& error) {
        lines_ += mxwire::describe(error) + '\n';
        char line[400];
        lines_.append(line, mxwire::describe_into(line, sizeof line, error)) += '\n';
        lines_ += text(to_string(error.stage)) + '\n' + text(error.operation) + '\n' + text(error.member) + '\n';
        // these messages are the library's own words
        if (error.stage == mxwire::Stage::request || error.stage == mxwire::Stage::body)
            lines_ += text(error.message) + '\n';
        ++entries_;
    }
    template <class R> void add_error(const R& result) {
        if (!result) add(result.error());
    }
    template <class R> void add_either(const R& prepared) {
        if (prepared) {
            add(*prepared);
        } else {
            add(prepared.error());
        }
    }
    const std::string& lines() const { return lines_; }
    int entries() const { return entries_; }

  private:
    std::string lines_;
    int entries_ = 0;
};

void check_clean(const Log& log, int least) {
    CHECK(log.entries() >= least);
    for (const std::string_view secret : {std::string_view{sentinel}, std::string_view{sentinel_token}}) {
        CHECK(log.lines().find(secret) == std::string::npos);
        CHECK(log.lines().find(percent(secret)) == std::string::npos);
        CHECK(log.lines().find(json(secret)) == std::string::npos);
        CHECK(log.lines().find(base64(secret)) == std::string::npos);
        // base64 of a text that it stands in, at each of the three offsets
        CHECK(log.lines().find(base64(secret.substr(1)).substr(0, 12)) == std::string::npos);
        CHECK(log.lines().find(base64(secret.substr(2)).substr(0, 12)) == std::string::npos);
    }
    // and no part of it that one would recognise
    CHECK(log.lines().find("S3nt") == std::string::npos);
    CHECK(log.lines().find("l+&") == std::string::npos);
    CHECK(log.lines().find("zZ") == std::string::npos);
}

/// Answers with the sentinel in every place that a server could put it.
std::vector<std::pair<int, std::string>> hostile_answers() {
    const std::string s = json(sentinel), q = '"' + s + '"';
    std::vector<std::pair<int, std::string>> all;
    const std::string successes[] = {
        "",
        sentinel,
        q,
        "[" + q + "]",
        "{" + q + ":1}",
        "{" + q + ":" + q + "}",
        "{" + q,
        "{" + q + ":" + q,
        "<html>" + std::string(sentinel) + "</html>",
        R"({"access_token":)" + q + R"(,"access_token":)" + q + "}",
        R"({"access_token":)" + q + "}",
        R"({"access_token":[)" + q + "]}",
        R"({"access_token":)" + q + R"(,"user_id":{)" + q + ":" + q + "}}",
        R"({"user_id":"@a:b","access_token":)" + q + R"(,"device_id":)" + q + R"(,"refresh_token":)" + q + "} " +
            sentinel,
        R"({"user_id":"@a:b","access_token":")" + std::string(sentinel) + "\xff\"}",
        R"({"user_id":"@a:b","access_token":")" + s + "\\ud800\"}",
        R"({"user_id":"@a:b","access_token":")" + s + std::string(600, 'x') + R"(","device_id":"D"})",
        R"({"flows":)" + q + R"(,"flows":)" + q + "}",
        R"({"flows":[{"type":)" + q + R"(,"x":[[[)" + q + ",]]]}]}",
        R"({"flows":[{"type":)" + q + "}" + std::string(40, ']') + "}",
    };
    for (const std::string& body : successes) {
        for (const int status : {200, 204, 299}) all.emplace_back(status, body);
    }
    const std::string refusals[] = {
        "",
        sentinel,
        "<html>" + std::string(sentinel),
        "{\"error\":" + q + "}",
        "{\"errcode\":[" + q + "],\"error\":" + q + "}",
        R"({"errcode":"M_FORBIDDEN","error":)" + q + "," + q + ":" + q + R"(,"access_token":)" + q + "}",
        R"({"errcode":"M_UNKNOWN_TOKEN","soft_logout":true,"error":)" + q + "}",
        R"({"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1,"error":)" + q + "}",
        R"({"errcode":"M_FORBIDDEN","error":)" + q + "} " + sentinel,
        R"({"flows":[{"stages":[)" + q + R"(]}],"session":)" + q + R"(,"params":{)" + q + ":" + q +
            R"(},"completed":[)" + q + R"(],"error":)" + q + "}",
        R"({"errcode":"M_UNAUTHORIZED","flows":[{"stages":[)" + q + R"(]}],"session":)" + q + "}",
    };
    for (const std::string& body : refusals) {
        for (const int status : {0, 101, 302, 400, 401, 403, 429, 500, 502, 999}) all.emplace_back(status, body);
    }
    return all;
}
const exchange::Headers& hostile_headers() {
    static const exchange::Headers headers{{"Location", "https://x/?loginToken=" + percent(sentinel)},
                                           {"Retry-After", sentinel},
                                           {"Date", sentinel},
                                           {"WWW-Authenticate", "Bearer " + std::string(sentinel_token)},
                                           {"Set-Cookie", sentinel}};
    return headers;
}
template <template <class...> class E> void add_answers(Log& log) {
    for (const auto& [status, body] : hostile_answers()) {
        log.add_error(exchange::Answer<E<mxwire::Owned>>(status, body, hostile_headers()));
        log.add_error(exchange::Answer<E<mxwire::View>>(status, body, hostile_headers()));
        log.add_error(exchange::Answer<E<exchange::Roomy>>(status, body, hostile_headers()));
        log.add_error(exchange::Answer<E<mxwire::Fixed<8, 1>>>(status, body, hostile_headers()));
        log.add_error(mxwire::parse<E<mxwire::Owned>>(mxwire::Response{status, hostile_headers(), body}));
    }
}
template <class S> using LoginOf = mxwire::BasicLogin<S>;

} // namespace

TEST_CASE("sentinel: the encodings that are searched for are right") {
    CHECK(percent("a/\xc3\xa9+") == "a%2F%C3%A9%2B");
    CHECK(json("\"\\") == "\\\"\\\\");
    CHECK(base64("Man") == "TWFu");
    CHECK(base64("light w") == "bGlnaHQgd");
    Log log;
    mxwire::MatrixError error;
    error.message = sentinel; // of Stage::request, where it is ours: so the search does find what is there
    log.add(error);
    CHECK(log.lines().find(sentinel) != std::string::npos);
}

TEST_CASE("sentinel: SEC-80 requests of all operations, with secrets wherever one can stand") {
    using namespace mxwire;
    Log log;
    const Homeserver server = exchange::homeserver();
    Credentials credentials{server, Secret{sentinel_token}};
    const Secret secret{sentinel};
    const Login logins[] = {
        {Password{UserId{"alice"}, secret}},
        {Password{ThirdPartyId{"email", sentinel}, secret}},
        {LoginToken{secret}},
        {ApplicationService{UserId{sentinel}}},
        {CustomLogin{"org.example", Members{raw_json("{\"a\":\"" + json(sentinel) + "\"}")}}},
        {LoginToken{secret}, sentinel, sentinel, true},
    };
    for (const auto& login : logins) {
        log.add_either(prepare(login, credentials));
        log.add_either(prepare(login, server));
        char buffer[512];
        log.add_either(prepare_into(buffer, login, credentials));
        log.add_either(prepare_into(buffer, 40, login, credentials));
    }
    log.add_either(prepare(GetLoginFlows{}, credentials));
    log.add_either(prepare(GetTokenOwner{}, credentials));
    log.add_either(prepare(Logout{}, credentials));
    credentials.user_id = sentinel;
    credentials.device_id = sentinel;
    log.add_either(prepare(GetTokenOwner{}, credentials));
    log.add_either(prepare(Logout{}, credentials));
    check_clean(log, 29);
}

TEST_CASE("sentinel: SEC-80 requests with secrets in their bodies, and in the two queries that have one") {
    using namespace mxwire;
    Log log;
    const Homeserver server = exchange::homeserver();
    const Credentials credentials{server, Secret{sentinel_token}};
    const Secret secret{sentinel};
    const ThreepidCreds creds{sentinel, secret, sentinel, secret};
    const AuthStage stages[] = {Password{UserId{sentinel}, secret},
                                RecaptchaAuth{secret},
                                EmailAuth{creds},
                                MsisdnAuth{creds},
                                DummyAuth{},
                                RegistrationTokenAuth{secret},
                                TermsAuth{},
                                CompletedElsewhere{},
                                CustomAuth{sentinel, Members{raw_json("{\"a\":\"" + json(sentinel) + "\"}")}}};
    for (const AuthStage& stage : stages) {
        const AuthData auth{stage, secret};
        Register user{sentinel, secret, sentinel, sentinel};
        user.auth = auth;
        user.guest_access_token = secret;
        log.add_either(prepare(user, server));
        user.type = RegistrationType::application_service;
        log.add_either(prepare(user, credentials));
        log.add_either(prepare(GenerateLoginToken{auth}, credentials));
        log.add_either(prepare(ChangePassword{secret, true, auth}, credentials));
        log.add_either(prepare(DeactivateAccount{auth, sentinel}, credentials));
        log.add_either(prepare(DeleteDevices{{sentinel}, auth}, credentials));
    }
    log.add_either(prepare(Refresh{secret}, credentials));
    log.add_either(prepare(RequestTokenToRegisterEmail{secret, sentinel, 1, sentinel, sentinel, secret}, server));
    log.add_either(
        prepare(RequestTokenToRegisterMsisdn{secret, sentinel, sentinel, 1, sentinel, sentinel, secret}, server));
    log.add_either(prepare(RequestTokenToResetPasswordEmail{secret, sentinel, 1, sentinel, sentinel, secret}, server));
    log.add_either(
        prepare(RequestTokenToResetPasswordMsisdn{secret, sentinel, sentinel, 1, sentinel, sentinel, secret}, server));
    log.add_either(prepare(UiaFallback{"m.login.sso", secret}, server));
    log.add_either(prepare(RegistrationTokenValidity{secret}, server));
    log.add_either(prepare(RedirectToSso{sentinel, {}}, server));
    log.add_either(prepare(RedirectToIdp{"cas", sentinel, {}}, server));
    log.add_either(prepare(LoginFallback{sentinel, sentinel}, server));
    log.add_either(prepare(GetWellknown{}, ServerName{sentinel}));
    check_clean(log, 65);
}

TEST_CASE("sentinel: SEC-80 SEC-81 requests that are refused") {
    using namespace mxwire;
    Log log;
    const std::string s = sentinel;
    for (const std::string& token :
         {s, s + "\r\n", sentinel_token + std::string("\n"), ' ' + s, std::string(2000, 'x') + s}) {
        log.add_either(prepare(GetTokenOwner{}, exchange::credentials(token)));
        log.add_either(prepare(Logout{}, exchange::credentials(token)));
        log.add_either(prepare(Login{ApplicationService{UserId{"a"}}}, exchange::credentials(token)));
        char buffer[256];
        log.add_either(prepare_into(buffer, GetTokenOwner{}, exchange::credentials(token)));
    }
    for (const std::string& url : {"https://user:" + s + "@example.org", "https://" + s, s,
                                   "https://example.org/?access_token=" + s, "https://example.org/#" + s,
                                   "http://" + percent(s), "https://example.org/" + s, "https://example.org:" + s}) {
        const Homeserver bad{url};
        CHECK(bad.fault() != UrlFault::none);
        log.add_either(prepare(GetLoginFlows{}, bad));
        log.add_either(prepare(Login{LoginToken{Secret{s}}}, bad));
        log.add_either(prepare(GetTokenOwner{}, Credentials{bad, Secret{s}}));
    }
    const Homeserver server = exchange::homeserver();
    log.add_either(prepare(Login{Password{UserId{"a"}, Secret{s + "\xff"}}}, server));
    log.add_either(prepare(Login{LoginToken{Secret{s + "\xff"}}}, server));
    log.add_either(prepare(Login{Password{UserId{s + "\xff"}, Secret{s}}}, server));
    for (const std::string& members :
         {s, "{\"" + json(s) + "\":\xff}", "[\"" + json(s) + "\"]", "{\"type\":\"" + json(s) + "\"}",
          "{\"device_id\":\"" + json(s) + "\"}", "{\"" + json(s) + "\":"}) {
        log.add_either(prepare(Login{CustomLogin{"org.example", Members{raw_json(members)}}}, server));
    }
    check_clean(log, 53);
}

TEST_CASE("sentinel: SEC-80 SEC-81 answers to getLoginFlows") {
    Log log;
    add_answers<mxwire::BasicGetLoginFlows>(log);
    check_clean(log, 400);
}
TEST_CASE("sentinel: SEC-80 SEC-81 answers to login") {
    Log log;
    add_answers<LoginOf>(log);
    check_clean(log, 400);
}
TEST_CASE("sentinel: SEC-80 SEC-81 answers to getTokenOwner") {
    Log log;
    add_answers<mxwire::BasicGetTokenOwner>(log);
    check_clean(log, 400);
}
TEST_CASE("sentinel: SEC-80 SEC-81 answers to logout") {
    Log log;
    add_answers<mxwire::BasicLogout>(log);
    check_clean(log, 400);
}

TEST_CASE("sentinel: SEC-80 SEC-81 answers to refresh") {
    Log log;
    add_answers<mxwire::BasicRefresh>(log);
    check_clean(log, 500);
}
TEST_CASE("sentinel: SEC-80 SEC-81 answers to generateLoginToken") {
    Log log;
    add_answers<mxwire::BasicGenerateLoginToken>(log);
    check_clean(log, 500);
}
TEST_CASE("sentinel: SEC-80 SEC-81 answers to register") {
    Log log;
    add_answers<mxwire::BasicRegister>(log);
    check_clean(log, 500);
}

TEST_CASE("sentinel: SEC-80 errors of a transport, over call and async_call") {
    using namespace mxwire;
    Log log;
    const Credentials credentials = exchange::credentials(sentinel_token);
    // as curl's own texts may, with the URL or the header in them
    const std::string message =
        "could not send 'Authorization: Bearer " + std::string(sentinel_token) + "' " + sentinel;
    const auto failing = [&](const Request&) -> Result<Response> { return transport_error(7, message); };
    log.add_error(call(failing, credentials, GetTokenOwner{}));
    log.add_error(call(failing, credentials, Logout{}));
    log.add_error(call(failing, credentials, GetLoginFlows{}));
    log.add_error(
        call(failing, credentials, LoginOf<exchange::Roomy>{BasicLoginToken<exchange::Roomy>{FixedText<512>{"x"}}}));
    log.add_error(call(failing, credentials, Login{LoginToken{Secret{sentinel}}}));
    async_call([&](Request, auto done) { done(transport_error(7, message)); }, credentials, GetTokenOwner{},
               [&](Result<TokenOwner> result) { log.add_error(result); });
    async_call([](Request, auto) {}, credentials, GetTokenOwner{},
               [&](Result<TokenOwner> result) { log.add_error(result); });
    check_clean(log, 7);
}
