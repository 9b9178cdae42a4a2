// SPDX-License-Identifier: MIT
// Base URLs, and what is built on them (security 3.2, reference B1-B3).
#include "exchange.hpp"

#include <mxwire/session/login.hpp>
#include <mxwire/url.hpp>

#include <random>

namespace field = mxwire::field;
using exchange::text;
using mxwire::allow_insecure_http;
using mxwire::Homeserver;
using mxwire::HomeserverView;
using mxwire::UrlFault;

namespace {

const char* name_of(UrlFault fault) {
    switch (fault) {
    case UrlFault::none: return "none";
    case UrlFault::empty: return "empty";
    case UrlFault::scheme: return "scheme";
    case UrlFault::insecure: return "insecure";
    case UrlFault::userinfo: return "userinfo";
    case UrlFault::host: return "host";
    case UrlFault::port: return "port";
    case UrlFault::path: return "path";
    case UrlFault::query: return "query";
    }
    return "";
}
/// The base URL as it is kept, or the fault in brackets.
std::string base(std::string url) {
    const Homeserver owned{url};
    const HomeserverView view{std::string_view{url}};
    CHECK(owned.fault() == view.fault());
    CHECK(owned.base_url() == view.base_url());
    if (owned.fault() == UrlFault::none) return text(owned.base_url());
    CHECK(owned.base_url().empty()); // what is refused is not there to be used
    return '[' + std::string(name_of(owned.fault())) + ']';
}
std::string host(const std::string& name) { return base("https://" + name); }

/// An endpoint with one of each kind of parameter.
struct Find {
    static constexpr mxwire::EndpointInfo info{"find", mxwire::Method::get, "/find/{segment}/end", mxwire::Auth::none};
    struct Response {
        static constexpr auto fields = mxwire::fields();
    };
    std::string segment{"s"};
    std::optional<std::string> query{};
    std::optional<std::int64_t> limit{};
    mxwire::Flag flag{};
    static constexpr auto fields =
        mxwire::fields(field::path<&Find::segment>("segment"), field::query<&Find::query>("query"),
                       field::query<&Find::limit>("limit"), field::query<&Find::flag>("flag"));
};
/// The request's URL behind the base, or the error.
std::string target(const Find& find, const Homeserver& server = Homeserver{"https://h"}) {
    const auto request = mxwire::prepare(find, server);
    if (!request) return text(request.error());
    const std::string url = text(request->url()), start = text(server.base_url());
    CHECK(url.substr(0, start.size()) == start);
    return url.substr(start.size());
}
std::string segment(std::string value) {
    Find find;
    find.segment = std::move(value);
    return target(find);
}
std::string query(std::string value) {
    Find find;
    find.query = std::move(value);
    return target(find);
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"-._~"}.find(c) != std::string_view::npos;
}
int hex(char c) {
    const std::size_t at = std::string_view{"0123456789ABCDEF"}.find(c); // upper case, as B3 has it
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}
/// Undoes percent-encoding; nothing if a character is neither unreserved nor part of a good escape.
std::optional<std::string> decoded(std::string_view value) {
    std::string all;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (is_unreserved(value[i])) {
            all += value[i];
        } else if (value[i] == '%' && value.size() - i > 2 && hex(value[i + 1]) >= 0 && hex(value[i + 2]) >= 0) {
            all += static_cast<char>(hex(value[i + 1]) * 16 + hex(value[i + 2]));
            i += 2;
        } else {
            return std::nullopt;
        }
    }
    return all;
}
/// UTF-8 by its grammar, written apart from the library's.
bool is_utf8(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size();) {
        const auto at = [&](std::size_t k) {
            return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u;
        };
        const auto tail = [&](std::size_t k, unsigned low = 0x80, unsigned high = 0xbf) {
            return at(k) >= low && at(k) <= high;
        };
        const unsigned lead = at(0);
        if (lead < 0x80) {
            i += 1;
        } else if (lead >= 0xc2 && lead <= 0xdf && tail(1)) {
            i += 2;
        } else if (((lead == 0xe0 && tail(1, 0xa0)) || (lead == 0xed && tail(1, 0x80, 0x9f)) ||
                    (lead >= 0xe1 && lead <= 0xef && lead != 0xed && tail(1))) &&
                   tail(2)) {
            i += 3;
        } else if (((lead == 0xf0 && tail(1, 0x90)) || (lead == 0xf4 && tail(1, 0x80, 0x8f)) ||
                    (lead >= 0xf1 && lead <= 0xf3 && tail(1))) &&
                   tail(2) && tail(3)) {
            i += 4;
        } else {
            return false;
        }
    }
    return true;
}

} // namespace

// ------------------------------------------------------------------------------------------------ base URLs

TEST_CASE("url: B1 B2 SEC-16 a base URL keeps its path, its case and its port; slashes at its end go") {
    struct Case {
        const char* url;
        const char* kept;
    };
    const Case cases[] = {
        {"https://x", "https://x"},
        {"https://x/", "https://x"},
        {"https://x//", "https://x"},
        {"https://x/p", "https://x/p"},
        {"https://x/p/", "https://x/p"},
        {"https://x/p/q", "https://x/p/q"},
        {"https://x/p/q///", "https://x/p/q"},
        {"https://x//p", "https://x//p"}, // in the middle it is the server's
        {"https://x:8448", "https://x:8448"},
        {"https://x:8448/", "https://x:8448"},
        {"https://x:1", "https://x:1"},
        {"https://x:65535", "https://x:65535"},
        {"https://x:443/p", "https://x:443/p"},
        {"HTTPS://X/P", "HTTPS://X/P"},
        {"hTtPs://Matrix.Example.ORG/Prefix", "hTtPs://Matrix.Example.ORG/Prefix"},
        // a prefix is not encoded again
        {"https://x/a%2eb", "https://x/a%2eb"}, // an escaped dot is a dot, and does no harm beside others
        {"https://x/%2ea/a%2E/%2e%2e%2e/a", "https://x/%2ea/a%2E/%2e%2e%2e/a"},
        {"https://x/a%20b", "https://x/a%20b"},
        {"https://x/%0F", "https://x/%0F"},
        {"https://x/a%2Fb%2f", "https://x/a%2Fb%2f"},
        {"https://x/%25", "https://x/%25"},
        {"https://x/-._~!$&'()*+,;=:@", "https://x/-._~!$&'()*+,;=:@"},
        {"https://x/.well-known/..a/a../...", "https://x/.well-known/..a/a../..."},
    };
    for (const Case& c : cases) {
        const std::string url = c.url;
        CAPTURE(url);
        CHECK(base(url) == c.kept);
        // exactly one slash at the joint
        CHECK(target(Find{}, Homeserver{url}) == "/find/s/end");
        const auto request = mxwire::prepare(Find{}, Homeserver{url});
        REQUIRE(request);
        CHECK(text(request->url()) == std::string(c.kept) + "/find/s/end");
    }
}

TEST_CASE("url: SEC-15 a base URL has http or https and nothing else for a scheme") {
    for (const char* const url : {"x",
                                  "//x",
                                  "/x",
                                  "://x",
                                  "https",
                                  "https:",
                                  "https:/",
                                  "https:/x",
                                  "https:x",
                                  "https//x",
                                  "https:\\\\x",
                                  "httpss://x",
                                  "htps://x",
                                  "ttps://x",
                                  "ftp://x",
                                  "ws://x",
                                  "wss://x",
                                  "file:///etc/passwd",
                                  "javascript://x",
                                  "javascript:alert(1)",
                                  "data:text/html,x",
                                  "matrix:u/a:b",
                                  " https://x",
                                  "\thttps://x",
                                  "https ://x",
                                  "h\nttps://x",
                                  "http+unix://x",
                                  "1https://x",
                                  "\xef\xbb\xbfhttps://x",
                                  "https%3A//x"}) {
        CAPTURE(std::string(url));
        CHECK(base(url) == "[scheme]");
    }
    CHECK(base("") == "[empty]");
    CHECK(base(std::string("https\0://x", 10)) == "[scheme]");
}

TEST_CASE("url: SEC-15 a host is a name of DNS or an address, and nothing is in front of it") {
    for (const char* const name :
         {"x", "X", "example.org", "matrix.example.org", "a-b.c", "a_b.example", "xn--bcher-kva.example", "1.2.3.4",
          "127.0.0.1", "a.", "9.example", "1.2.3.4.example"}) {
        CHECK(host(name) == "https://" + std::string(name));
    }
    // digits and dots alone are an address or nothing: clients read them in ways of their own
    for (const char* const name :
         {"1", "0", "256.256.256.256", "1.2.3.999", "1.2.3", "127.1.2.3.4", "127.", "01.2.3.4", "a..b"}) {
        CAPTURE(std::string(name));
        CHECK(host(name) == "[host]");
    }
    const std::string bad[] = {
        "",
        "/",
        "/p",
        ":443",
        ".",
        ".x",
        "..",
        "a b",
        " x",
        "x ",
        "x\t",
        "x\n",
        "x\r\n",
        "x\r\nX: 1",
        "x\x7f",
        "a\\b",
        "\\x",
        "x%41",
        "%78",
        "x%00",
        "x%2Eexample",
        "x!",
        "x$",
        "x&",
        "x'",
        "(x)",
        "x*",
        "x+",
        "x,y",
        "x;y",
        "x=y",
        "x\"",
        "<x>",
        "x^",
        "x`",
        "{x}",
        "x|y",
        "x~",
        std::string("x\0", 2),
        std::string("x\0y", 3),
        "x:80:90",
        "x]",
        "[x",
        "b\xc3\xbc"
        "cher.example",         // SEC-19: raw UTF-8 is never sent
        "\xe2\x84\xaa.example", // a character that is folded to a K
        "\xef\xbd\x81.example",
        "\xff",
        std::string(256, 'a'),
    };
    for (const std::string& name : bad) {
        CAPTURE(name);
        const std::string verdict = host(name);
        CHECK((verdict == "[host]" || verdict == "[port]"));
        CHECK(host(name + "/p") == verdict);
    }
    CHECK(host("x:80:90") == "[port]");
    CHECK(host(std::string(255, 'a')) == "https://" + std::string(255, 'a'));
    for (const char* const name : {"u@x", "u:p@x", "@x", "x@", "u%40@x", "u@x:443/p", "x\\@y", "x:80@evil.example"}) {
        CHECK(host(name) == "[userinfo]");
    }
    CHECK(host("x/@y") == "https://x/@y"); // behind a slash it is a path
}

TEST_CASE("url: SEC-15 an IP literal is an IPv6 address") {
    for (const char* const address : {"::",
                                      "::1",
                                      "1::",
                                      "1::8",
                                      "1:2:3:4:5:6:7:8",
                                      "1:2:3:4:5:6:7::",
                                      "::2:3:4:5:6:7:8",
                                      "1:2:3::5:6:7:8",
                                      "2001:db8::1",
                                      "2001:DB8::ABCD",
                                      "fe80::1",
                                      "abcd:ef01:2345:6789:abcd:ef01:2345:6789",
                                      "::ffff:192.0.2.1",
                                      "::192.0.2.1",
                                      "1::192.0.2.1",
                                      "1:2:3:4:5:6:192.0.2.1",
                                      "0000:0000::0000",
                                      "::0.0.0.0",
                                      "::255.255.255.255",
                                      "1:2:3:4:5::192.0.2.1"}) {
        CAPTURE(std::string(address));
        CHECK(host('[' + std::string(address) + ']') == "https://[" + std::string(address) + "]");
        CHECK(host('[' + std::string(address) + "]:8448/p") == "https://[" + std::string(address) + "]:8448/p");
    }
    for (const char* const address : {"",
                                      ":",
                                      ":::",
                                      "1",
                                      "1:",
                                      ":1",
                                      "1:2",
                                      "1:2:3:4:5:6:7",
                                      "1:2:3:4:5:6:7:8:9",
                                      "1:2:3:4:5:6:7:8::",
                                      "::1:2:3:4:5:6:7:8",
                                      "1::2::3",
                                      ":1::2",
                                      "1::2:",
                                      "12345::",
                                      "::12345",
                                      "g::",
                                      "::g",
                                      "::1 ",
                                      " ::1",
                                      "::1%eth0",
                                      "::1%25eth0",
                                      "::1.2.3",
                                      "::1.2.3.4.5",
                                      "::1.2.3.",
                                      "::.1.2.3",
                                      "::256.1.1.1",
                                      "::1.1.1.256",
                                      "::01.1.1.1",
                                      "::1.1.1.00",
                                      "::1111.1.1.1",
                                      "::a.1.1.1",
                                      "::1.a.1.1",
                                      "192.0.2.1",
                                      "1:2:3:4:5:6:7:192.0.2.1",
                                      "::1.2.3.4:5",
                                      "::1..2.3",
                                      "1:2:3:4:5:6:7:192.0.2.1::",
                                      "v1.x",
                                      "x",
                                      "localhost",
                                      "::1/",
                                      "::1\\",
                                      "[::1]",
                                      "::1]",
                                      "1:2:3:4:5:6::192.0.2.1",
                                      "1:2:3:4:5:6::192.0.2.1:",
                                      "::192.0.2.1:",
                                      "::ffff:192.0.2.1.",
                                      "0x1::"}) {
        CAPTURE(std::string(address));
        CHECK(host('[' + std::string(address) + ']') == "[host]");
    }
    for (const char* const name :
         {"[::1", "::1", "::1]", "[::1]x", "[::1]x:80", "[]", "[", "]", "[::1][::1]", "x[::1]"}) {
        CAPTURE(std::string(name));
        const std::string verdict = host(name);
        CHECK((verdict == "[host]" || verdict == "[port]"));
    }
}

TEST_CASE("url: SEC-15 a port is a number from 1 to 65535") {
    for (const char* const port : {"1", "80", "443", "8448", "65535", "6553", "0080"}) {
        CHECK(host("x:" + std::string(port)) == "https://x:" + std::string(port));
        CHECK(host("[::1]:" + std::string(port)) == "https://[::1]:" + std::string(port));
    }
    for (const char* const port :
         {"",        "0",  "00000", "65536", "65540", "70000", "99999", "655350", "4294967376", "18446744073709551696",
          "-1",      "+1", "1.0",   "0x50",  "80a",   "a",     " 80",   "80 ",    "8 0",        "80:",
          "\xd9\xa3"}) {
        CAPTURE(std::string(port));
        CHECK(host("x:" + std::string(port)) == "[port]");
        CHECK(host("[::1]:" + std::string(port) + "/p") == "[port]");
    }
}

TEST_CASE(
    "url: SEC-11 SEC-13 SEC-15 a prefix has RFC 3986 characters, whole escapes and no dots that clients take away") {
    const std::string bad[] = {
        "/ ",
        "/a b",
        "/\t",
        "/\n",
        "/a\r\nX: 1",
        "/\x7f",
        "/\\",
        "/a\\b",
        "/\"",
        "/<",
        "/>",
        "/^",
        "/`",
        "/{x}",
        "/|",
        "/[",
        "/]",
        std::string("/\0", 2),
        std::string("/a\0b", 4),
        "/\xc3\xa9",
        "/\xff",
        "/%",
        "/%4",
        "/%4/",
        "/%g0",
        "/%0g",
        "/a%",
        "/a%2",
        "/%%41",
        "/% 41",
        "/.",
        "/..",
        "/./",
        "/../",
        "/a/.",
        "/a/..",
        "/a/./b",
        "/a/../b",
        "/../../b",
        "/%2e",
        "/%2E",
        "/%2e%2e",
        "/%2E%2E/",
        "/.%2e",
        "/%2e.",
        "/a/%2e%2E/b",
    };
    for (const std::string& path : bad) {
        CAPTURE(path);
        CHECK(host("x" + path) == "[path]");
    }
}

TEST_CASE("url: SEC-15 a base URL has neither a query nor a fragment") {
    for (const char* const rest :
         {"?", "#", "?a", "#a", "/?", "/#", "/p?a=b", "/p#a", "?a#b", "#a?b", ":80?a", "/p?", "@?"}) {
        CHECK(host("x" + std::string(rest)) == "[query]");
    }
    CHECK(host("x/%3Fa%23b") == "https://x/%3Fa%23b");
}

TEST_CASE("url: SEC-17 http is for this machine, unless it is allowed in so many words") {
    for (const char* const url :
         {"http://localhost", "http://localhost:8008/p", "http://127.0.0.1:8008", "http://127.1.2.3",
          "http://[::1]:8008", "HTTP://localhost", "http://LocalHost:8008"}) {
        CHECK(base(url) == url);
    }
    for (const char* const url :
         {"http://x", "http://localhost.example", "http://example.localhost.org", "http://127.0.0.1.example",
          "http://127.example", "http://128.0.0.1", "http://0.0.0.0", "http://[::2]", "http://[::ffff:127.0.0.1]",
          "http://[1::1]", "http://xlocalhost", "http://192.168.0.1:8008"}) {
        CAPTURE(std::string(url));
        CHECK(base(url) == "[insecure]");
        const Homeserver allowed{url, allow_insecure_http};
        CHECK(allowed.fault() == UrlFault::none);
        CHECK(allowed.base_url() == url);
    }
    // that allows http and nothing else
    for (const char* const url : {"http://", "http://u@x", "http://x?q", "ftp://x", "http://x:0", "http://x/.."}) {
        CHECK(Homeserver(url, allow_insecure_http).fault() != UrlFault::none);
    }
    CHECK(Homeserver("https://x", allow_insecure_http).fault() == UrlFault::none);
    static_assert(!std::is_constructible_v<Homeserver, std::string, bool>); // not by a mere true
}

TEST_CASE("url: a base URL that is refused is an error of its first use, in a sentence, and nothing is built") {
    const auto message = [](const char* url) {
        const auto request = mxwire::prepare(Find{}, Homeserver{url});
        return request ? "built" : text(request.error());
    };
    CHECK(message("") == "request base_url: the base URL is empty");
    CHECK(message("x") == "request base_url: the base URL is neither https nor http");
    CHECK(message("http://x") == "request base_url: plain http to another machine needs allow_insecure_http");
    CHECK(message("https://u:sesame@x") == "request base_url: the base URL has userinfo");
    CHECK(message("https://") == "request base_url: the base URL has no valid host");
    CHECK(message("https://x:0") == "request base_url: the base URL has no valid port");
    CHECK(message("https://x/..") == "request base_url: the base URL has no valid path");
    CHECK(message("https://x?sesame") == "request base_url: the base URL has a query or a fragment");
    CHECK(describe(UrlFault::none) == "no fault");
    CHECK(describe(static_cast<UrlFault>(200)).empty());
    // secrets are not even looked at
    const auto login = mxwire::prepare(mxwire::Login{mxwire::Password{mxwire::UserId{"a"}, mxwire::Secret{"p"}}},
                                       Homeserver{"https://u@x"});
    REQUIRE_FALSE(login);
    CHECK(login.error().stage == mxwire::Stage::request);
}

TEST_CASE("url: SEC-13 SEC-15 random text in front of, in and behind a base URL never gets out raw") {
    const std::string_view pieces[] = {"https://", "http://", "x",  "example.org", "localhost",
                                       "/",        "//",      ":",  "443",         "@",
                                       "?",        "#",       "[",  "]",           "::1",
                                       "[::1]",    ".",       "..", "%",           "%2e",
                                       "%41",      "\\",      " ",  "\r\n",        std::string_view("\0", 1),
                                       "\xc3\xa9", "\xff",    "a",  "-",           "~",
                                       "\"",       "<"};
    std::mt19937 random(20261124);
    unsigned good = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string url = round % 2 == 0 ? "https://x" : "";
        for (auto i = random() % 6; i != 0; --i) url += pieces[random() % std::size(pieces)];
        const Homeserver server{url, allow_insecure_http};
        if (server.fault() != UrlFault::none) continue;
        ++good;
        const std::string kept = text(server.base_url());
        if (url.substr(0, kept.size()) != kept || url.find_first_not_of('/', kept.size()) != std::string::npos)
            CHECK(url == kept);
        const std::string_view digits = "0123456789ABCDEFabcdef", allowed = "%:/[]!$&'()*+,;=@";
        bool clean = true;
        for (std::size_t i = 0; i < kept.size(); ++i) {
            clean = clean && (is_unreserved(kept[i]) || allowed.find(kept[i]) != std::string_view::npos);
            if (kept[i] == '%') clean = clean && kept.find_first_not_of(digits, i + 1) > i + 2 && kept.size() > i + 2;
        }
        if (!clean) CHECK(kept == "a clean URL");
        CHECK(kept.back() != '/');
    }
    CHECK(good > 500);
}

TEST_CASE("url: a Homeserver is a value") {
    Homeserver server{std::string("https://matrix.example.org/a/rather/long/prefix/")};
    const Homeserver copy = server;
    const Homeserver moved = std::move(server);
    CHECK(copy.base_url() == "https://matrix.example.org/a/rather/long/prefix");
    CHECK(moved.base_url() == copy.base_url());
    CHECK(server.base_url().size() <=
          copy.base_url().size()); // NOLINT(bugprone-use-after-move): no view of what is gone
    server = copy;
    CHECK(server.base_url() == copy.base_url());
    static_assert(!std::is_constructible_v<Homeserver, std::nullptr_t>);
    const std::string url = "https://x/";
    const HomeserverView view{std::string_view{url}};
    CHECK(static_cast<const void*>(view.base_url().data()) == static_cast<const void*>(url.data()));
}

// ------------------------------------------------------------------------------------------------ paths and queries

TEST_CASE("url: SEC-10 a segment encodes everything but unreserved characters, escapes that it has included") {
    struct Case {
        const char* value;
        const char* encoded;
    };
    const Case cases[] = {
        {"abc", "abc"},
        {"AZaz09-._~", "AZaz09-._~"},
        {"a/b", "a%2Fb"},
        {"a%2Fb", "a%252Fb"},
        {"%", "%25"},
        {"%41", "%2541"},
        {"%2e%2e", "%252e%252e"},
        {"..a", "..a"},
        {"...", "..."},
        {" ", "%20"},
        {"+", "%2B"},
        {"a?b#c", "a%3Fb%23c"},
        {"!$&'()*,;=:@", "%21%24%26%27%28%29%2A%2C%3B%3D%3A%40"},
        {"\"<>\\^`{|}[]", "%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D"},
        {"\r\n", "%0D%0A"},
        {"\x7f", "%7F"},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "%C3%A9%E2%82%AC%F0%9F%98%80"},
        {"../../admin", "..%2F..%2Fadmin"},
        {"oidc-\xc3\xbc/../x?y", "oidc-%C3%BC%2F..%2Fx%3Fy"},
    };
    for (const Case& c : cases) {
        CHECK(segment(c.value) == "/find/" + std::string(c.encoded) + "/end");
        CHECK(query(c.value) == "/find/s/end?query=" + std::string(c.encoded));
    }
    CHECK(segment(std::string("a\0b", 3)) == "/find/a%00b/end");
}

TEST_CASE("url: SEC-11 a segment that is empty, a dot or two is refused; a query may be any of them") {
    for (const char* const value : {"", ".", ".."}) {
        CHECK(segment(value) == "request segment: not well-formed");
        CHECK(query(value) == "/find/s/end?query=" + std::string(value));
    }
}

TEST_CASE("url: SEC-12 what separates values in a query is encoded, a plus always is") {
    CHECK(query("a&b=c") == "/find/s/end?query=a%26b%3Dc");
    CHECK(query("a+b c") == "/find/s/end?query=a%2Bb%20c");
    CHECK(query("a;b#c%") == "/find/s/end?query=a%3Bb%23c%25");
    CHECK(query("\"'") == "/find/s/end?query=%22%27");
    Find find;
    CHECK(target(find) == "/find/s/end"); // no parameter, no question mark
    find.limit = -5;
    CHECK(target(find) == "/find/s/end?limit=-5");
    find.flag = true;
    CHECK(target(find) == "/find/s/end?limit=-5&flag=true");
    find.query = "a";
    find.flag = false;
    CHECK(target(find) == "/find/s/end?query=a&limit=-5&flag=false");
}

TEST_CASE("url: SEC-14 a parameter that is not UTF-8 is refused by its name") {
    for (const char* const value :
         {"\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "\xe2\x82", "\xf4\x90\x80\x80", "\x80"}) {
        CHECK(segment(value) == "request segment: not UTF-8");
        CHECK(query(value) == "request query: not UTF-8");
    }
}

TEST_CASE("url: SEC-13 SEC-14 any bytes in a parameter come out encoded so that they can be read back, or not at all") {
    std::mt19937 random(4711);
    unsigned built = 0, refused = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string value;
        for (auto i = random() % 12; i != 0; --i) {
            switch (random() % 4) {
            case 0: value += static_cast<char>(random() % 256); break;
            case 1: value += "\xc3\xa9"; break;
            default: value += static_cast<char>(random() % 128); break;
            }
        }
        const bool dots = value.empty() || value == "." || value == "..";
        for (const bool in_path : {true, false}) {
            const std::string url = in_path ? segment(value) : query(value);
            const std::string before = in_path ? "/find/" : "/find/s/end?query=", after = in_path ? "/end" : "";
            if (!is_utf8(value) || (in_path && dots)) {
                ++refused;
                if (url.substr(0, 8) != "request ") CHECK(value == url);
                continue;
            }
            ++built;
            const bool framed = url.size() >= before.size() + after.size() && url.substr(0, before.size()) == before &&
                                url.substr(url.size() - after.size()) == after;
            REQUIRE(framed);
            const std::string_view encoded =
                std::string_view{url}.substr(before.size(), url.size() - before.size() - after.size());
            if (decoded(encoded) != value) CHECK(encoded == value);
        }
    }
    CHECK(built > 10000);
    CHECK(refused > 5000);
}
