// SPDX-License-Identifier: MIT
// The seam, with endpoints of the caller's own: they have what no operation of the library has yet.
#include "exchange.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>

namespace field = mxwire::field;
using exchange::text;
using mxwire::Auth;
using mxwire::Body;
using mxwire::EndpointInfo;
using mxwire::Method;

namespace {

struct GetThing {
    static constexpr EndpointInfo info{"getThing", Method::get, "/_matrix/client/v3/thing/{thingId}/of/{userId}",
                                       Auth::none};
    struct Response {
        std::optional<std::string> name{};
        std::optional<std::int64_t> size{};
        static constexpr auto fields =
            mxwire::fields(field::optional<&Response::name>("name"), field::optional<&Response::size>("size"));
    };
    std::string user_id;
    std::string thing_id;
    std::string kind{"a"};
    std::optional<std::string> filter{};
    std::optional<std::string> since{};
    static constexpr auto fields =
        mxwire::fields(field::path<&GetThing::user_id>("userId"), field::path<&GetThing::thing_id>("thingId"),
                       field::required_query<&GetThing::kind>("kind"), field::query<&GetThing::filter>("filter"),
                       field::query<&GetThing::since>("since"));
};

template <class S> struct PutThing {
    static constexpr EndpointInfo info{"putThing",
                                       Method::put,
                                       "/thing/{id}",
                                       Auth::required,
                                       Body::object,
                                       Body::object,
                                       mxwire::RateLimited::no,
                                       mxwire::Masquerade::no,
                                       64};
    using Storage = S;
    struct Response {
        typename S::Text id;
        static constexpr auto fields = mxwire::fields(field::required<&Response::id>("id"));
    };
    typename S::Text id;
    typename S::Text name;
    std::int64_t size = 0;
    std::optional<typename S::Secret> key{};
    std::optional<typename S::Text> reason{};
    static constexpr auto fields =
        mxwire::fields(field::path<&PutThing::id>("id"), field::required<&PutThing::name>("name"),
                       field::required<&PutThing::size>("size"), field::optional<&PutThing::key>("key"),
                       field::query<&PutThing::reason>("reason"));
};

struct DeleteThings {
    static constexpr EndpointInfo info{"deleteThings", Method::delete_, "/things",
                                       Auth::optional, Body::object,    Body::none};
    struct Response {
        static constexpr auto fields = mxwire::fields();
    };
};

/// Its response counts how often one was moved.
struct GetCounted {
    static constexpr EndpointInfo info{"getCounted", Method::get, "/counted", Auth::none};
    struct Counter {
        Counter() = default;
        Counter(Counter&&) noexcept { ++moves; }
        Counter& operator=(Counter&&) noexcept {
            ++moves;
            return *this;
        }
        static inline int moves = 0;
    };
    struct Response {
        std::string name;
        Counter counter{};
        static constexpr auto fields = mxwire::fields(field::required<&Response::name>("name"));
    };
};

const mxwire::Homeserver& server() {
    static const mxwire::Homeserver made = exchange::homeserver();
    return made;
}
GetThing thing(std::string thing_id, std::string user_id = "u") {
    GetThing endpoint;
    endpoint.thing_id = std::move(thing_id);
    endpoint.user_id = std::move(user_id);
    return endpoint;
}
std::string url_of(const GetThing& endpoint) {
    const auto request = mxwire::prepare(endpoint, server());
    return request ? text(request->url()).substr(sizeof "https://matrix.example.org" - 1) : text(request.error());
}
std::string show(const GetThing::Response& response) {
    return text(response.name) + ' ' + (response.size ? std::to_string(*response.size) : "-");
}
template <class R> std::string outcome(const R& result) { return result ? show(*result) : text(result.error()); }

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_' || c == '~';
}
std::string percent_encoded(std::string_view value) {
    constexpr char hex[] = "0123456789ABCDEF";
    std::string all;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_unreserved(c)) {
            all += c;
        } else {
            all += '%';
            all += hex[byte / 16];
            all += hex[byte % 16];
        }
    }
    return all;
}

} // namespace

// ------------------------------------------------------------------------------------------------ URLs

TEST_CASE("endpoint: path and query parameters stand where the path and the table say") {
    GetThing endpoint = thing("t1", "@a:b");
    CHECK(url_of(endpoint) == "/_matrix/client/v3/thing/t1/of/%40a%3Ab?kind=a");
    endpoint.since = "s72";
    CHECK(url_of(endpoint) == "/_matrix/client/v3/thing/t1/of/%40a%3Ab?kind=a&since=s72");
    endpoint.filter = "";
    CHECK(url_of(endpoint) == "/_matrix/client/v3/thing/t1/of/%40a%3Ab?kind=a&filter=&since=s72");
    endpoint.kind = "";
    CHECK(url_of(endpoint) == "/_matrix/client/v3/thing/t1/of/%40a%3Ab?kind=&filter=&since=s72");
    endpoint.kind = "?";
    CHECK(url_of(endpoint) == "/_matrix/client/v3/thing/t1/of/%40a%3Ab?kind=%3F&filter=&since=s72");
}

TEST_CASE("endpoint: SEC-10 SEC-55 a path segment encodes everything outside unreserved, % included") {
    const std::pair<const char*, const char*> segments[] = {
        {"abc-._~XYZ019", "abc-._~XYZ019"}, // trap 24: and nothing else
        {"a%2Fb", "a%252Fb"},
        {"%2e%2e", "%252e%252e"},
        {"a/b", "a%2Fb"},
        {"/", "%2F"},
        {"../../admin", "..%2F..%2Fadmin"},
        {"a?b#c", "a%3Fb%23c"},
        {"a b+c", "a%20b%2Bc"},
        {"a;b=c,d", "a%3Bb%3Dc%2Cd"},
        {"!$&'()*", "%21%24%26%27%28%29%2A"},
        {"\"<>\\^`{|}", "%22%3C%3E%5C%5E%60%7B%7C%7D"},
        {"\r\n\t\x7f", "%0D%0A%09%7F"},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "%C3%A9%E2%82%AC%F0%9F%98%80"},
        {"{userId}", "%7BuserId%7D"},
        {"\"><script>alert(1)</script>", "%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E"},
    };
    for (const auto& [segment, encoded] : segments) {
        CHECK(url_of(thing(segment)) == "/_matrix/client/v3/thing/" + std::string(encoded) + "/of/u?kind=a");
        CHECK(url_of(thing("t", segment)) == "/_matrix/client/v3/thing/t/of/" + std::string(encoded) + "?kind=a");
    }
    CHECK(url_of(thing(std::string("a\0b", 3))) == "/_matrix/client/v3/thing/a%00b/of/u?kind=a");
}

TEST_CASE("endpoint: SEC-11 an empty segment, a dot or two are refused by the parameter's name") {
    for (const char* segment : {"", ".", ".."}) {
        CHECK(url_of(thing(segment)) == "request thingId: not well-formed");
        CHECK(url_of(thing("t", segment)) == "request userId: not well-formed");
    }
    for (const char* segment : {"...", ".a", "a.", "..a", "~", "-"}) {
        CHECK(url_of(thing(segment)) == "/_matrix/client/v3/thing/" + std::string(segment) + "/of/u?kind=a");
    }
    // in a query they mean nothing
    GetThing endpoint = thing("t");
    endpoint.filter = "..";
    CHECK(url_of(endpoint) == "/_matrix/client/v3/thing/t/of/u?kind=a&filter=..");
}

TEST_CASE("endpoint: SEC-12 a query value encodes what separates values, and + always as %2B") {
    const std::pair<const char*, const char*> values[] = {
        {"a&b=c", "a%26b%3Dc"},
        {"1+1", "1%2B1"},
        {"#%;", "%23%25%3B"},
        {"a b", "a%20b"},
        {"'\"", "%27%22"},
        {"\xc3\xa9", "%C3%A9"},
        {"%2B", "%252B"},
        {"&access_token=x", "%26access_token%3Dx"},
        {"https://x/?y=z#f", "https%3A%2F%2Fx%2F%3Fy%3Dz%23f"},
    };
    for (const auto& [value, encoded] : values) {
        GetThing endpoint = thing("t");
        endpoint.kind = value;
        endpoint.since = value;
        CHECK(url_of(endpoint) == "/_matrix/client/v3/thing/t/of/u?kind=" + std::string(encoded) + "&since=" + encoded);
    }
}

TEST_CASE("endpoint: SEC-13 whatever the bytes are, a URL has RFC 3986 characters only, or there is none") {
    // arbitrary bytes; xorshift, so that a failure can be repeated
    std::uint32_t state = 2463534242u;
    const auto next = [&] {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return state;
    };
    const char* const pieces[] = {"\xc3\xa9",
                                  "\xe2\x82\xac",
                                  "\xf0\x9f\x98\x80",
                                  "%",
                                  "%41",
                                  "/",
                                  "..",
                                  "+",
                                  "&",
                                  "=",
                                  "#",
                                  "?",
                                  " ",
                                  "\n",
                                  "\x7f",
                                  "a",
                                  "\xff",
                                  "\xed\xa0\x80"};
    unsigned built = 0, refused = 0;
    for (unsigned round = 0; round < 4000; ++round) {
        std::string value;
        for (std::uint32_t i = next() % 8; i != 0; --i) {
            const std::uint32_t piece = next() % (round % 2 == 0 ? 16 : 18);
            value += pieces[piece];
            if (round % 5 == 0) value += static_cast<char>(next() % 128);
        }
        GetThing endpoint = thing(value);
        endpoint.filter = value;
        const auto request = mxwire::prepare(endpoint, server());
        if (!request) {
            ++refused;
            const bool utf8 = value.find('\xff') == std::string::npos && value.find('\xed') == std::string::npos;
            CHECK((!utf8 || value.empty() || value == "." || value == ".."));
            continue;
        }
        ++built;
        const std::string encoded = percent_encoded(value);
        CHECK(text(request->url()) ==
              "https://matrix.example.org/_matrix/client/v3/thing/" + encoded + "/of/u?kind=a&filter=" + encoded);
        for (const char c : request->url())
            CHECK((is_unreserved(c) || std::string_view{"%:/?&="}.find(c) != std::string_view::npos));
    }
    CHECK(built > 1000);
    CHECK(refused > 100);
}

TEST_CASE("endpoint: SEC-14 what is not UTF-8 is refused, in path, query and body") {
    for (const char* bad : {"\xff", "a\x80", "\xc0\x80", "\xed\xbf\xbf", "\xf5\x80\x80\x80", "\xe2\x82"}) {
        CHECK(url_of(thing(bad)) == "request thingId: not UTF-8");
        CHECK(url_of(thing("t", bad)) == "request userId: not UTF-8");
        GetThing endpoint = thing("t");
        endpoint.since = bad;
        CHECK(url_of(endpoint) == "request since: not UTF-8");
        endpoint.kind = bad;
        CHECK(url_of(endpoint) == "request kind: not UTF-8");
        const PutThing<mxwire::Owned> put{"i", bad};
        CHECK(exchange::wire_or_error(mxwire::prepare(put, exchange::credentials())) == "request name: not UTF-8");
    }
}

// ------------------------------------------------------------------------------------------------ prepare

TEST_CASE("endpoint: path, query, body and headers of one request") {
    PutThing<mxwire::Owned> put{"a/b", "N\"", -7};
    put.key = mxwire::Secret{"k"};
    put.reason = "r s";
    CHECK(exchange::wire_or_error(mxwire::prepare(put, exchange::credentials())) ==
          "PUT https://matrix.example.org/thing/a%2Fb?reason=r%20s\nContent-Type: application/json\nAuthorization: "
          "Bearer abc123\n\n"
          R"({"name":"N\"","size":-7,"key":"k"})");
    CHECK(exchange::wire_or_error(mxwire::prepare(DeleteThings{}, server())) ==
          "DELETE https://matrix.example.org/things\nContent-Type: application/json\n\n{}");
}

TEST_CASE("endpoint: SEC-04 T7 an optional token is sent if there is one, a needless one is not") {
    const auto with = mxwire::prepare(DeleteThings{}, exchange::credentials());
    REQUIRE(with);
    CHECK(with->headers().size() == 2);
    const auto without = mxwire::prepare(DeleteThings{}, server());
    REQUIRE(without);
    CHECK(without->headers().size() == 1);
    CHECK(exchange::wire_or_error(mxwire::prepare(DeleteThings{}, exchange::credentials("a\r\nb"))) ==
          "request access_token: the access token is empty or cannot stand in a header");

    const auto get = mxwire::prepare(thing("t"), exchange::credentials());
    REQUIRE(get);
    CHECK(get->headers().empty());
}

TEST_CASE("endpoint: SEC-07 masquerading goes only to an endpoint that says so") {
    mxwire::Credentials credentials = exchange::credentials();
    credentials.user_id = "@u:x";
    credentials.device_id = "D";
    const auto request = mxwire::prepare(PutThing<mxwire::Owned>{"i", "n"}, credentials);
    REQUIRE(request);
    CHECK(text(request->url()) == "https://matrix.example.org/thing/i");
}

TEST_CASE("endpoint: the URL is a C string, and everything lies in one buffer") {
    const auto request = mxwire::prepare(PutThing<mxwire::Owned>{"i", "n"}, exchange::credentials());
    REQUIRE(request);
    CHECK(std::string(request->url().data()) == text(request->url()));
    CHECK(request->body().data() + request->body().size() == request->url().data());
}

TEST_CASE("endpoint: prepare_into needs exactly the bytes that it needs, and leaves nothing after a failure") {
    PutThing<mxwire::View> put{"a/b", "caf\xc3\xa9 \"\n", 1234567890123};
    put.key = mxwire::SecretView{"sentinel-key"};
    put.reason = "r s";
    const mxwire::CredentialsView credentials{mxwire::HomeserverView{"https://matrix.example.org/"},
                                              mxwire::SecretView{"sentinel-token"}};
    char enough[512];
    const auto whole = mxwire::prepare_into(enough, put, credentials);
    REQUIRE(whole);
    const std::string expected = exchange::wire(*whole);
    const std::size_t needed =
        whole->body().size() + whole->url().size() + 1 + std::string_view{"Bearer sentinel-token"}.size();

    for (std::size_t size = 0; size <= needed + 1; ++size) {
        CAPTURE(size);
        const auto buffer = std::make_unique<char[]>(size + 1);
        buffer[size] = '#';
        const auto request = mxwire::prepare_into(buffer.get(), size, put, credentials);
        CHECK(buffer[size] == '#');
        if (size >= needed) {
            REQUIRE(request);
            CHECK(exchange::wire(*request) == expected);
            continue;
        }
        REQUIRE_FALSE(request);
        CHECK(text(request.error()) == "request buffer: the buffer is too small");
        CHECK(text(request.error().operation) == "putThing");
        for (std::size_t i = 0; i < size; ++i) CHECK(buffer[i] == '\0');
    }
}

TEST_CASE("endpoint: prepare_into without a body and without a token needs exactly what it needs as well") {
    char enough[256];
    const auto whole = mxwire::prepare_into(enough, thing("t", "@a:b"), server());
    REQUIRE(whole);
    const std::size_t needed = whole->url().size() + 1;
    for (std::size_t size = 0; size <= needed; ++size) {
        const auto buffer = std::make_unique<char[]>(size);
        const auto request = mxwire::prepare_into(buffer.get(), size, thing("t", "@a:b"), server());
        CHECK(static_cast<bool>(request) == (size == needed));
    }
}

TEST_CASE("endpoint: a request is the same on both sides of every size") {
    // prepare() has a fast way for what is small; the seam between the two must not be seen
    for (const std::size_t size : std::vector<std::size_t>{0, 1, 7, 8, 9, 500, 838, 839, 840, 841, 842, 843, 844, 845,
                                                           1023, 1024, 1025, 5000, 100000}) {
        const std::string plain(size, 'x'), odd = plain + "\xc3\xa9\"";
        const PutThing<mxwire::Owned> put{"i", plain, 1, mxwire::Secret{odd + "k"}, odd};
        CAPTURE(size);
        CHECK(exchange::wire_or_error(mxwire::prepare(put, exchange::credentials())) ==
              "PUT https://matrix.example.org/thing/i?reason=" + plain +
                  "%C3%A9%22\nContent-Type: application/json\n"
                  "Authorization: Bearer abc123\n\n{\"name\":\"" +
                  plain + "\",\"size\":1,\"key\":\"" + plain + "\xc3\xa9\\\"k\"}");
    }
    for (std::size_t size = 940; size < 1060; ++size) {
        const auto request = mxwire::prepare(DeleteThings{}, exchange::credentials(std::string(size, 't')));
        REQUIRE(request);
        CHECK(exchange::wire(*request) ==
              "DELETE https://matrix.example.org/things\nContent-Type: application/json\nAuthorization: Bearer " +
                  std::string(size, 't') + "\n\n{}");
    }
}

TEST_CASE("endpoint: an error in a long request is found as well") {
    const PutThing<mxwire::Owned> put{"..", std::string(5000, 'x')};
    CHECK(exchange::wire_or_error(mxwire::prepare(put, exchange::credentials())) == "request id: not well-formed");
    const PutThing<mxwire::Owned> late{"i", std::string(5000, 'x'), 0, {}, "\xff"};
    CHECK(exchange::wire_or_error(mxwire::prepare(late, exchange::credentials())) == "request reason: not UTF-8");
    const PutThing<mxwire::Owned> empty{"i", std::string(5000, 'x'), 0, mxwire::Secret{""}};
    CHECK(exchange::wire_or_error(mxwire::prepare(empty, exchange::credentials())) == "request key: empty");
}

TEST_CASE("endpoint: integers are written exactly, to the ends of 64 bits") {
    for (const std::int64_t size :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{9}, std::int64_t{10}, std::int64_t{9007199254740993},
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
        const auto request = mxwire::prepare(PutThing<mxwire::Owned>{"i", "", size}, exchange::credentials());
        REQUIRE(request);
        CHECK(text(request->body()) == R"({"name":"","size":)" + std::to_string(size) + "}");
    }
}

// ------------------------------------------------------------------------------------------------ requests as values

TEST_CASE("endpoint: SEC-83 a moved request is whole, and nothing is left where it came from") {
    for (const std::size_t size : {std::size_t{1}, std::size_t{3000}}) { // a short buffer is copied by a move
        auto prepared = mxwire::prepare(PutThing<mxwire::Owned>{"i", std::string(size, 'n')}, exchange::credentials());
        REQUIRE(prepared);
        const std::string expected = exchange::wire(*prepared);
        mxwire::Request moved = std::move(*prepared);
        CHECK(exchange::wire(moved) == expected);
        mxwire::Request assigned;
        assigned = std::move(moved);
        CHECK(exchange::wire(assigned) == expected);
        const mxwire::Request copied = assigned; // NOLINT(performance-unnecessary-copy-initialization)
        CHECK(exchange::wire(copied) == expected);
        CHECK(prepared->url().empty());
        CHECK(prepared->body().empty());
        CHECK(moved.url().empty());
        CHECK(moved.body().empty());
    }
}

TEST_CASE("endpoint: take_body hands the body on, and wipes the rest") {
    const auto endpoint = PutThing<mxwire::Owned>{"i", std::string(200, 'n')};
    auto request = mxwire::prepare(endpoint, exchange::credentials("sentinel-token"));
    REQUIRE(request);
    const std::string expected = text(request->body());
    const std::string body = std::move(*request).take_body();
    CHECK(body == expected);
    // the token stood behind the body, in the same block
    CHECK(std::string_view(body.data(), body.capacity()).find("sentinel-token") == std::string_view::npos);
    CHECK(request->url().empty());
    CHECK(request->body().empty());
    CHECK(request->headers().empty());

    auto bodyless = mxwire::prepare(thing("t"), server());
    REQUIRE(bodyless);
    CHECK(std::move(*bodyless).take_body().empty());
}

TEST_CASE("endpoint: describe(request) names method, URL and size, SEC-80 and no query, header or body") {
    PutThing<mxwire::Owned> put{"i", "sentinel", 1};
    CHECK(mxwire::describe(*mxwire::prepare(put, exchange::credentials("sentinel"))) ==
          "PUT https://matrix.example.org/thing/i, 28 bytes, body withheld");
    put.reason = "sentinel";
    CHECK(mxwire::describe(*mxwire::prepare(put, exchange::credentials("sentinel"))) ==
          "PUT https://matrix.example.org/thing/i, query withheld, 28 bytes, body withheld");
    CHECK(mxwire::describe(*mxwire::prepare(thing("t"), server())) ==
          "GET https://matrix.example.org/_matrix/client/v3/thing/t/of/u, query withheld");
    char buffer[256];
    const auto view = mxwire::prepare_into(buffer, DeleteThings{}, server());
    REQUIRE(view);
    CHECK(mxwire::describe(*view) == "DELETE https://matrix.example.org/things, 2 bytes, body withheld");
    char line[10];
    CHECK(mxwire::describe_into(line, sizeof line, *view) == sizeof line);
    CHECK(std::string(line, sizeof line) == "DELETE htt");
}

TEST_CASE("endpoint: methods have names") {
    CHECK(text(to_string(Method::get)) == "GET");
    CHECK(text(to_string(Method::post)) == "POST");
    CHECK(text(to_string(Method::put)) == "PUT");
    CHECK(text(to_string(Method::delete_)) == "DELETE");
}

// ------------------------------------------------------------------------------------------------ parse

TEST_CASE("endpoint: parse takes status and body in any shape") {
    const std::string body = R"({"name":"N","size":7})";
    constexpr auto parse = mxwire::parse<GetThing>;
    CHECK(outcome(parse(200, body)) == "N 7");
    CHECK(outcome(parse(200, std::string_view{body})) == "N 7");
    CHECK(outcome(parse(200, body.c_str())) == "N 7");
    CHECK(outcome(parse(200, R"({"name":"N","size":7})")) == "N 7");
    CHECK(outcome(parse(200, std::string(body))) == "N 7");
    const mxwire::Response response{200, body};
    CHECK(outcome(parse(response)) == "N 7");
    CHECK(outcome(parse(mxwire::Response{200, body})) == "N 7");
    CHECK(outcome(parse(mxwire::Result<mxwire::Response>{response})) == "N 7");
    const mxwire::Result<mxwire::Response> result = response;
    CHECK(outcome(parse(result)) == "N 7");
    std::string writable = R"({"name":"\u004e","size":7})";
    CHECK(outcome(mxwire::parse_in_place<GetThing>(200, {writable.data(), writable.size()})) == "N 7");
}

TEST_CASE("endpoint: a model is made where it is handed out, and never moved") {
    const std::string body = R"({"name":"N"})";
    const mxwire::Response response{200, body};
    const auto transport = [&](const mxwire::Request&) { return response; };
    GetCounted::Counter::moves = 0;
    REQUIRE(mxwire::parse<GetCounted>(200, body).has_value());
    REQUIRE(mxwire::parse<GetCounted>(response).has_value());
    REQUIRE(mxwire::parse<GetCounted>(mxwire::Result<mxwire::Response>{response}).has_value());
    std::string writable = body;
    REQUIRE(mxwire::parse_in_place<GetCounted>(200, {writable.data(), writable.size()}).has_value());
    REQUIRE(mxwire::call(transport, mxwire::Homeserver{"https://example.org"}, GetCounted{}).has_value());
    CHECK(GetCounted::Counter::moves == 0);
}

TEST_CASE("endpoint: parse<E> is an empty, stateless function object") {
    static_assert(std::is_empty_v<mxwire::Parse<GetThing>> && std::is_trivially_copyable_v<mxwire::Parse<GetThing>>);
    static_assert(std::is_same_v<decltype(mxwire::parse<GetThing>(200, "")),
                                 mxwire::expected<GetThing::Response, mxwire::MatrixError>>);
    static_assert(std::is_same_v<mxwire::ResultOf<GetThing>, mxwire::Result<GetThing::Response>>);
    static_assert(std::is_same_v<mxwire::StorageOf<GetThing>, mxwire::Owned>);
    static_assert(std::is_same_v<mxwire::StorageOf<PutThing<mxwire::View>>, mxwire::View>);
    static_assert(mxwire::is_endpoint_v<GetThing> && !mxwire::is_endpoint_v<int> &&
                  !mxwire::is_endpoint_v<GetThing::Response>);
    const auto apply = [](const auto& function) { return outcome(function(404, "")); };
    CHECK(apply(mxwire::parse<GetThing>) == "http 404");
}

TEST_CASE("endpoint: headers are whatever iterates as pairs of text or as name and value") {
    struct Field {
        std::string name;
        std::string_view value;
        int more;
    };
    struct Pointers {
        const char* name;
        const char* value;
    };
    constexpr auto parse = mxwire::parse<GetThing>;
    const char body[] = R"({"errcode":"M_LIMIT_EXCEEDED"})";
    const char expected[] = "server 429 M_LIMIT_EXCEEDED retry 2000";

    const std::vector<std::pair<std::string, std::string>> pairs{{"Server", "x"}, {"Retry-After", "2"}};
    CHECK(outcome(parse(429, body, pairs)) == expected);
    const std::map<std::string, std::string> map{{"retry-after", "2"}, {"Date", "x"}};
    CHECK(outcome(parse(429, body, map)) == expected);
    const std::multimap<std::string_view, std::string_view> multimap{{"Retry-After", "2"}, {"Retry-After", "3"}};
    CHECK(outcome(parse(429, body, multimap)) == expected);
    const std::vector<Field> fields{{"RETRY-AFTER", "2", 0}};
    CHECK(outcome(parse(429, body, fields)) == expected);
    const Pointers pointers[] = {{"Retry-After", "2"}};
    CHECK(outcome(parse(429, body, pointers)) == expected);
    const mxwire::Header ours[] = {{"Retry-After", "2", false}};
    CHECK(outcome(parse(429, body, ours)) == expected);
    CHECK(outcome(parse(429, body, std::vector<std::pair<const char*, const char*>>{})) ==
          "server 429 M_LIMIT_EXCEEDED");
    CHECK(outcome(parse(429, body)) == "server 429 M_LIMIT_EXCEEDED");

    // and the same on a Response
    CHECK(outcome(parse(mxwire::Response{429, pairs, body})) == expected);
    CHECK(outcome(parse(mxwire::Response{429, map, body})) == expected);
    CHECK(outcome(parse(mxwire::Response{429, fields, body})) == expected);
    CHECK(outcome(parse(mxwire::Response{429, {{"Retry-After", "2"}}, body})) == expected);
    CHECK(outcome(parse(mxwire::Response{429, {}, body})) == "server 429 M_LIMIT_EXCEEDED");
}

TEST_CASE("endpoint: a Response keeps the header fields that mean something, by value") {
    mxwire::Response response;
    CHECK(response.status() == 0);
    CHECK(response.body().empty());
    {
        std::vector<std::pair<std::string, std::string>> headers{{"Location", "https://example.org/somewhere/else"},
                                                                 {"Retry-After", "Wed, 21 Oct 2026 12:01:00 GMT"},
                                                                 {"Date", "Wed, 21 Oct 2026 12:00:00 GMT"}};
        response = mxwire::Response{302, headers, "moved"};
        for (auto& [name, value] : headers) value.assign(value.size(), '#');
    }
    const mxwire::Response moved = std::move(response);
    CHECK(outcome(mxwire::parse<GetThing>(moved)) ==
          "http 302 retry 60000 location=https://example.org/somewhere/else");
}

TEST_CASE("endpoint: SEC-40 a status other than 2xx is never a model, whatever the body says") {
    const char body[] = R"({"name":"N"})";
    for (const int status : {-200, 0, 100, 199, 300, 302, 400, 500, 600, 2000}) {
        CHECK(outcome(mxwire::parse<GetThing>(status, body)) ==
              "http" + (status != 0 ? ' ' + std::to_string(status) : ""));
    }
    CHECK(outcome(mxwire::parse<GetThing>(200, body)) == "N -");
    CHECK(outcome(mxwire::parse<GetThing>(299, body)) == "N -");
    // 204 has no body, and this endpoint expects one
    CHECK(outcome(mxwire::parse<GetThing>(204, "")) == "body 204 not well-formed");
    CHECK(mxwire::parse<DeleteThings>(204, ""));
}

TEST_CASE("endpoint: SEC-31 an answer is bounded by the operation, and by the caller") {
    const auto put = [](std::size_t padding, const mxwire::Limits& limits = {}) {
        const std::string body = R"({"id":"x"})" + std::string(padding, ' ');
        const auto result = mxwire::parse<PutThing<mxwire::Owned>>(200, body, exchange::Headers{}, limits);
        return result ? result->id : text(result.error());
    };
    CHECK(put(54) == "x"); // 64 bytes are what the operation allows
    CHECK(put(55) == "body 200 too large");
    mxwire::Limits limits;
    limits.body = 100;
    CHECK(put(90, limits) == "x");
    CHECK(put(91, limits) == "body 200 too large");
    limits.body = 10;
    CHECK(put(0, limits) == "x");
    CHECK(put(1, limits) == "body 200 too large");

    // where nothing is expected, what came is still bounded
    limits.body = 4;
    CHECK(mxwire::parse<DeleteThings>(200, "    ", exchange::Headers{}, limits));
    CHECK_FALSE(mxwire::parse<DeleteThings>(200, "     ", exchange::Headers{}, limits));

    // a megabyte unless the operation says otherwise
    const std::string body = R"({"name":"N"})";
    CHECK(outcome(mxwire::parse<GetThing>(200, body + std::string(1024 * 1024 - body.size(), '\n'))) == "N -");
    CHECK(outcome(mxwire::parse<GetThing>(200, body + std::string(1024 * 1024 - body.size() + 1, '\n'))) ==
          "body 200 too large");
}

TEST_CASE("endpoint: SEC-30 SEC-31 hostile bodies end in an error") {
    const std::string bodies[] = {
        std::string(10 * 1024 * 1024, '['),
        "{\"x\":" + std::string(1000000, '['),
        "{\"x\":" + std::string(100000, '[') + std::string(100000, ']') + "}",
        "{\"x\":{" + std::string(1000000, '"'),
        std::string(1000000, '\0'),
        "{\"name\":\"" + std::string(1000000, '\\'),
    };
    for (const std::string& body : bodies) {
        CHECK_FALSE(mxwire::parse<GetThing>(200, body));
        CHECK_FALSE(mxwire::parse<GetThing>(400, body));
        CHECK_FALSE(mxwire::parse<GetThing>(401, body));
    }
    // 20 levels are fine
    CHECK(mxwire::parse<GetThing>(200, "{\"x\":" + std::string(19, '[') + std::string(19, ']') + "}"));
}

TEST_CASE("endpoint: a transport's error passes through parse, with the operation's name") {
    const mxwire::Result<mxwire::Response> failed = mxwire::transport_error(7, "connection refused");
    CHECK(outcome(mxwire::parse<GetThing>(failed)) == "transport 7 'connection refused'");
    CHECK(text(mxwire::parse<GetThing>(failed).error().operation) == "getThing");
    const auto viewed = mxwire::parse<PutThing<mxwire::View>>(failed);
    REQUIRE_FALSE(viewed);
    CHECK(text(viewed.error()) == "transport 7 'connection refused'");
    const auto fixed = mxwire::parse<PutThing<mxwire::Fixed<8, 1>>>(mxwire::Result<mxwire::Response>{failed});
    REQUIRE_FALSE(fixed);
    CHECK(text(fixed.error()) == "transport 7 'connecti'");
}
