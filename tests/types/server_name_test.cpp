// SPDX-License-Identifier: MIT
#include "exchange.hpp"

#include <mxwire/types/server_name.hpp>

using exchange::text;
using mxwire::ServerName;

TEST_CASE("ServerName: I4 D2 SEC-18 the host of a server name, and nothing that is none") {
    struct Row {
        std::string name, host;
    };
    const Row rows[] = {
        {"example.org", "example.org"},
        {"example.org:8448", "example.org"},
        {"EXAMPLE-1.org:1", "EXAMPLE-1.org"},
        {"example.org:00001", "example.org"},
        {"localhost", "localhost"},
        {"1.2.3.4", "1.2.3.4"},
        {"1.2.3.4:80", "1.2.3.4"},
        {"[::1]", "[::1]"},
        {"[2001:db8::1]:8448", "[2001:db8::1]"},
        {std::string(255, 'a'), std::string(255, 'a')},
        {std::string(256, 'a'), ""},
        {"", ""},
        {":8448", ""},
        {"example.org:", ""},
        {"example.org:123456", ""},
        {"example.org:80a", ""},
        {"example.org:80:80", ""},
        {"1.2.3.4.5", ""},
        {"1.2.3.256", ""},
        {"[::1", ""},
        {"[]", ""},
        {"[", ""},
        {"[::1]x", ""},
        {"::1", ""},
        {"[1.2.3.4]", ""},
        {"example.org/path", ""},
        {"example.org?q", ""},
        {"example.org#f", ""},
        {"user@example.org", ""},
        {"https://example.org", ""},
        {"example org", ""},
        {"example.org\r\nX", ""},
        {"under_score.org", ""},
        {"ex\xc3\xa4mple.org", ""},
        {"ex%61mple.org", ""},
        {"..", ""},
        {std::string("a\0b", 3), ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(text(ServerName{row.name}.host()) == row.host);
        CHECK(text(mxwire::ServerNameView{row.name}.host()) == row.host);
    }
}

TEST_CASE("ServerName: D1 I3 the server of a user stands behind the first colon") {
    CHECK(text(ServerName::of("@alice:example.org").text()) == "example.org");
    CHECK(text(ServerName::of("@alice:example.org:8448").text()) == "example.org:8448");
    CHECK(text(ServerName::of("@alice:[::1]:8448").host()) == "[::1]");
    CHECK(text(ServerName::of("@:x").host()) == "x");
    CHECK(text(ServerName::of("@a/b?\xc3\xa9:x").host()) == "x");
    for (const char* none : {"", "@", "@alice", "alice:example.org", "#room:example.org", "@alice:"}) {
        CHECK(text(ServerName::of(none).host()) == "");
    }
}
