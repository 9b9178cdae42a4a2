// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/types/auth_data.hpp>

using exchange::text;
using mxwire::AuthData;

namespace {

std::string written(const AuthData& auth) {
    std::string out;
    const mxwire::WriteResult result = mxwire::write_json(out, auth);
    return result ? out : text(result.member) + ": " + text(describe(result.fault));
}
/// What reading `json` and writing it again gives, in the storage policy S.
template <class S> std::string again(std::string json) {
    mxwire::BasicAuthData<S> auth{};
    const mxwire::ReadResult read = mxwire::read_json_in_place(json.data(), json.size(), auth);
    if (!read) return "not read, " + text(read.member) + ": " + text(describe(read.fault));
    std::string out;
    const mxwire::WriteResult result = mxwire::write_json(out, auth);
    return result ? out : "not written, " + text(result.member) + ": " + text(describe(result.fault));
}

const mxwire::ThreepidCreds creds{"sid", "secret", std::nullopt, std::nullopt};

} // namespace

TEST_CASE("AuthData: each stage of the specification, byte for byte") {
    struct Row {
        AuthData auth;
        std::string json;
    };
    const Row rows[] = {
        {{mxwire::Password{mxwire::UserId{"alice"}, "pw"}, "S"},
         R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"pw","session":"S"})"},
        {{mxwire::Password{mxwire::ThirdPartyId{"email", "a@b.c"}, "pw"}, "S"},
         R"({"type":"m.login.password","identifier":{"type":"m.id.thirdparty","medium":"email","address":"a@b.c"},)"
         R"("password":"pw","session":"S"})"},
        {{mxwire::RecaptchaAuth{"answer"}, "S"}, R"({"type":"m.login.recaptcha","response":"answer","session":"S"})"},
        {{mxwire::EmailAuth{creds}, "S"},
         R"({"type":"m.login.email.identity","threepid_creds":{"sid":"sid","client_secret":"secret"},"session":"S"})"},
        {{mxwire::MsisdnAuth{{"sid", "secret", "matrix.org:8090", "token"}}, "S"},
         R"({"type":"m.login.msisdn","threepid_creds":{"sid":"sid","client_secret":"secret",)"
         R"("id_server":"matrix.org:8090","id_access_token":"token"},"session":"S"})"},
        {{mxwire::DummyAuth{}, "S"}, R"({"type":"m.login.dummy","session":"S"})"},
        {{mxwire::RegistrationTokenAuth{"fBVFdqVE"}, "S"},
         R"({"type":"m.login.registration_token","token":"fBVFdqVE","session":"S"})"},
        {{mxwire::TermsAuth{}, "S"}, R"({"type":"m.login.terms","session":"S"})"},
        // U10, m.oauth: no type
        {{mxwire::CompletedElsewhere{}, "S"}, R"({"session":"S"})"},
        // U3: without a session of the server's there is none here
        {{mxwire::DummyAuth{}, std::nullopt}, R"({"type":"m.login.dummy"})"},
        {{mxwire::CustomAuth{"example.type.foo", mxwire::raw_json(R"({"example_credential":"verypoorsharedsecret"})")},
          "xxxxx"},
         R"({"type":"example.type.foo","example_credential":"verypoorsharedsecret","session":"xxxxx"})"},
        {{mxwire::CustomAuth{"m.login.sso", {}}, "S"}, R"({"type":"m.login.sso","session":"S"})"},
    };
    for (const Row& row : rows) CHECK(written(row.auth) == row.json);
}

TEST_CASE_TEMPLATE("AuthData: every stage is read as it was written", S, mxwire::Owned, mxwire::View, exchange::Roomy) {
    const std::string documents[] = {
        R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"pw","session":"S"})",
        R"({"type":"m.login.recaptcha","response":"answer","session":"S"})",
        R"({"type":"m.login.email.identity","threepid_creds":{"sid":"sid","client_secret":"secret"},"session":"S"})",
        R"({"type":"m.login.msisdn","threepid_creds":{"sid":"s","client_secret":"c","id_server":"h"},"session":"S"})",
        R"({"type":"m.login.dummy"})",
        R"({"type":"m.login.registration_token","token":"fBVFdqVE","session":"S"})",
        R"({"type":"m.login.terms","session":"S"})",
        R"({"session":"S"})",
        R"({"type":"example.type.foo","a":[1,{}],"session":"S"})",
    };
    for (const std::string& document : documents) CHECK(again<S>(document) == document);
    // The order and the members that a stage does not have are not kept.
    CHECK(again<S>(R"({"session":"S","x":1,"\u0074ype":"m.login.dummy"})") ==
          R"({"type":"m.login.dummy","session":"S"})");
    CHECK(again<S>(R"({ "session" : "S" , "identifier":{"type":"m.id.user","user":"a"} })") == R"({"session":"S"})");
}

TEST_CASE_TEMPLATE("AuthData: what a stage lacks is named", S, mxwire::Owned, mxwire::View, exchange::Roomy) {
    CHECK(again<S>(R"({"type":"m.login.password","password":"pw"})") == "not read, identifier: missing");
    CHECK(again<S>(R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"a"}})") ==
          "not read, password: missing");
    CHECK(again<S>(R"({"type":"m.login.recaptcha","response":""})") == "not read, response: empty");
    CHECK(again<S>(R"({"type":"m.login.email.identity","threepid_creds":{"sid":"s"}})") ==
          "not read, client_secret: missing");
    CHECK(again<S>(R"({"type":"m.login.registration_token"})") == "not read, token: missing");
    CHECK(again<S>(R"({"type":7,"session":"S"})") == "not read, : missing");
    CHECK(again<S>(R"({"session":"S")") == "not read, : not well-formed");
}

TEST_CASE("AuthData: a custom stage that collides with one of ours is refused") {
    CHECK(written({mxwire::CustomAuth{"m.login.password", {}}, "S"}) == "type: given twice");
    CHECK(written({mxwire::CustomAuth{"m.login.terms", {}}, "S"}) == "type: given twice");
    CHECK(written({mxwire::CustomAuth{"", {}}, "S"}) == "type: given twice");
    CHECK(written({mxwire::CustomAuth{"org.example.x", mxwire::raw_json(R"({"session":"T"})")}, "S"}) ==
          "session: given twice");
    CHECK(written({mxwire::CustomAuth{"org.example.x", mxwire::raw_json(R"({"type":"T"})")}, "S"}) ==
          "type: given twice");
    CHECK(written({mxwire::CustomAuth{"org.example.x", mxwire::raw_json("[]")}, "S"}) == ": not well-formed");
}

TEST_CASE("AuthData: U10 without a type the session has to say which stage is meant") {
    CHECK(written({mxwire::CompletedElsewhere{}, std::nullopt}) == "session: missing");
    CHECK(again<mxwire::Owned>("{}") == "not written, session: missing");
    CHECK(again<mxwire::View>(R"({"session":""})") == "not written, session: missing");
}

TEST_CASE("AuthData: a secret that is empty or cannot be sent is refused by its name") {
    CHECK(written({mxwire::Password{mxwire::UserId{"alice"}, ""}, "S"}) == "password: empty");
    CHECK(written({mxwire::DummyAuth{}, ""}) == "session: empty");
    CHECK(written({mxwire::RegistrationTokenAuth{"\xff"}, "S"}) == "token: not UTF-8");
}

TEST_CASE_TEMPLATE("AuthData: of one stage alone, the same bytes as of any", S, mxwire::Owned, mxwire::View,
                   exchange::Roomy) {
    using Password = mxwire::BasicPassword<S, mxwire::BasicUserId<S>>;
    const auto rewritten = [](auto auth, std::string json) {
        const mxwire::ReadResult read = mxwire::read_json_in_place(json.data(), json.size(), auth);
        if (!read) return text(read.member) + ": " + text(describe(read.fault));
        std::string out;
        const mxwire::WriteResult result = mxwire::write_json(out, auth);
        return result ? out : "not written, " + text(result.member) + ": " + text(describe(result.fault));
    };
    const std::string proof =
        R"({"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"pw","session":"S"})";
    CHECK(rewritten(mxwire::BasicAuthData<S, Password>{}, proof) == proof);
    CHECK(rewritten(mxwire::BasicAuthData<S, Password>{}, R"({"type":"m.login.password","password":"pw"})") ==
          "identifier: missing");
    // What was completed elsewhere is known by its session alone (U10).
    using Elsewhere = mxwire::BasicAuthData<S, mxwire::CompletedElsewhere>;
    CHECK(rewritten(Elsewhere{}, R"({"session":"S"})") == R"({"session":"S"})");
    CHECK(rewritten(Elsewhere{}, "{}") == "not written, session: missing");

    // As the member of an operation.
    using Generate = mxwire::BasicGenerateLoginToken<S, mxwire::BasicAuthData<S, Password>>;
    std::string body = R"({"auth":)" + proof + '}';
    CHECK(rewritten(Generate{}, body) == body);
    CHECK(mxwire::is_endpoint_v<Generate>);
}
