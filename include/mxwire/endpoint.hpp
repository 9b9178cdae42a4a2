// SPDX-License-Identifier: MIT
#ifndef MXWIRE_ENDPOINT_HPP
#define MXWIRE_ENDPOINT_HPP

#include <mxwire/error.hpp>

MXWIRE_NAMESPACE_BEGIN

// ------------------------------------------------------------------------------------------------ what an operation is

/// Whether an operation takes an access token.
enum class Auth : std::uint8_t { none, optional, required };

/// What a body is: nothing, or a JSON object.
enum class Body : std::uint8_t { none, object };

/// Whether the specification lets a server answer 429 to an operation.
enum class RateLimited : bool { no, yes };

/// Whether an operation takes the user and the device that an application service acts as (Credentials).
enum class Masquerade : bool { no, yes };

/// What the specification says about an operation. An endpoint is a value type with `static constexpr EndpointInfo
/// info`, a model `Response`, a field table for its members if it has any, and `using Storage` if it is a template on
/// its storage policy.
struct EndpointInfo {
    std::string_view operation_id;
    Method method;
    std::string_view path; ///< `{name}` stands for the member that field::path() names
    Auth auth;
    Body sends = Body::none;
    Body expects = Body::object; ///< Body::none: an empty answer is fine as well
    RateLimited rate_limited = RateLimited::no;
    Masquerade masquerade = Masquerade::no;
    std::uint32_t max_body = 1024 * 1024; ///< bytes of the largest answer that is looked at
};

// ------------------------------------------------------------------------------------------------ where it goes

/// A homeserver by its base URL, which is checked and normalised here, once. A bad one is an error of its first use.
///
/// https, or http to this machine; http elsewhere only with allow_insecure_http. A path is kept, slashes at the end are
/// not. Userinfo, a query, a fragment and raw non-ASCII are refused. Homeserver copies the URL, HomeserverView points
/// to it.
template <class Text> class BasicHomeserver {
  public:
    BasicHomeserver(Text url) : BasicHomeserver(std::move(url), false) {}
    BasicHomeserver(Text url, AllowInsecureHttp) : BasicHomeserver(std::move(url), true) {}
    template <class T, class = detail::EnableText<Text, T>> BasicHomeserver(const T& url)
        : BasicHomeserver(Text(url), false) {}
    template <class T, class = detail::EnableText<Text, T>> BasicHomeserver(const T& url, AllowInsecureHttp)
        : BasicHomeserver(Text(url), true) {}
    /// A view of a string that is gone.
    template <class T, class = std::enable_if_t<detail::is_temporary_text_v<Text, T>>>
    BasicHomeserver(T&& url) = delete;
    template <class T, class = std::enable_if_t<detail::is_temporary_text_v<Text, T>>>
    BasicHomeserver(T&& url, AllowInsecureHttp) = delete;
    BasicHomeserver(std::nullptr_t) = delete;

    /// Without a slash at its end. What is refused is empty.
    std::string_view base_url() const noexcept { return detail::part(url_, 0, size_); }
    UrlFault fault() const noexcept {
        return fault_ == UrlFault::none && base_url().empty() ? UrlFault::empty : fault_; // it may have been moved from
    }

  private:
    BasicHomeserver(Text url, bool insecure) : url_(std::move(url)) {
        std::string_view normalised = url_;
        fault_ = detail::check_base_url(normalised, insecure);
        size_ = fault_ == UrlFault::none ? normalised.size() : 0;
    }

    Text url_;
    std::size_t size_ = 0;
    UrlFault fault_ = UrlFault::none;
};
using Homeserver = BasicHomeserver<std::string>;
using HomeserverView = BasicHomeserver<std::string_view>;

/// A homeserver with the token of one session on it, or of an application service.
///
/// `user_id` and `device_id` are for application services alone: whom the request acts as. They are sent where the
/// operation takes them (EndpointInfo::masquerade).
/// https://spec.matrix.org/v1.19/application-service-api/#identity-assertion
template <class S> struct BasicCredentials {
    BasicHomeserver<typename S::Text> server;
    typename S::Secret access_token;
    std::optional<typename S::Text> user_id{};
    std::optional<typename S::Text> device_id{};
};
using Credentials = BasicCredentials<Owned>;
using CredentialsView = BasicCredentials<View>;

namespace detail {

// ------------------------------------------------------------------------------------------------ traits

template <class E, class = void> struct StoragePolicy { using Type = Owned; };
template <class E> struct StoragePolicy<E, std::void_t<typename E::Storage>> { using Type = typename E::Storage; };
template <class E, class = void> struct IsEndpoint : std::false_type {};
template <class E>
struct IsEndpoint<E, std::enable_if_t<std::is_same_v<std::decay_t<decltype(E::info)>, EndpointInfo> &&
                                      is_model_v<typename E::Response>>> : std::true_type {};
template <class E, class = void> struct HasOwnAuth : std::false_type {};
template <class E> struct HasOwnAuth<E, std::void_t<decltype(std::declval<const E&>().own_auth())>> : std::true_type {};

} // namespace detail

template <class E> inline constexpr bool is_endpoint_v = detail::IsEndpoint<E>::value;
/// The storage policy of an endpoint and of its answer. Owned, unless the endpoint says otherwise.
template <class E> using StorageOf = typename detail::StoragePolicy<E>::Type;
/// What parsing the answer of E gives: its response, or an error in the same storage policy.
template <class E> using ResultOf = expected<typename E::Response, BasicMatrixError<StorageOf<E>>>;

namespace detail {

// ------------------------------------------------------------------------------------------------ building a request

struct Destination {
    std::string_view base_url;
    UrlFault fault = UrlFault::none;
    bool has_token = false;
    std::string_view token{};
    std::optional<std::string_view> user_id{}, device_id{};
};
template <class Text> MXWIRE_SHARED Destination destination(const BasicHomeserver<Text>& server) noexcept {
    return {server.base_url(), server.fault()};
}
template <class S> MXWIRE_SHARED Destination destination(const BasicCredentials<S>& credentials) noexcept {
    return {credentials.server.base_url(),     credentials.server.fault(), true,
            credentials.access_token.expose(), credentials.user_id,        credentials.device_id};
}
template <class W> struct IsDestination : std::false_type {};
template <class Text> struct IsDestination<BasicHomeserver<Text>> : std::true_type {};
template <class S> struct IsDestination<BasicCredentials<S>> : std::true_type {};
template <class W> struct HasToken : std::false_type {};
template <class S> struct HasToken<BasicCredentials<S>> : std::true_type {};

inline constexpr std::string_view client_path = "/_matrix/client/";
/// The path of E and its name. Of a path that begins as nearly all do only the rest stands here where size counts.
template <class E> struct InfoText {
    static constexpr std::string_view name = E::info.operation_id;
    static constexpr bool is_cut = MXWIRE_OPTIMIZE_SIZE && E::info.path.substr(0, client_path.size()) == client_path;
    static constexpr std::string_view path = E::info.path.substr(is_cut ? client_path.size() : 0);
    static_assert(path.size() < 0x10000 && name.size() < 0x100, "the path or the name of this endpoint is too long");

    char text[path.size() + name.size() + 1]{};
    constexpr InfoText() {
        std::size_t n = 0;
        for (const char c : path) text[n++] = c;
        for (const char c : name) text[n++] = c;
    }
};
template <class E> inline constexpr InfoText<E> info_text_v{};
/// What the functions of all endpoints ask of EndpointInfo, in a third of its room.
struct PackedInfo {
    const char* text;
    std::uint32_t max_body;
    std::uint16_t path_size;
    std::uint8_t name_size;
    std::uint8_t verb : 4;
    bool sends_object : 1;
    bool expects_object : 1;
    bool masquerades : 1;
    bool is_cut : 1;

    /// Without client_path, if is_cut.
    std::string_view path() const noexcept { return {text, path_size}; }
    std::string_view operation_id() const noexcept { return {text + path_size, name_size}; }
    Method method() const noexcept { return static_cast<Method>(verb); }
};
template <class E> inline constexpr PackedInfo packed_info_v{info_text_v<E>.text,
                                                             E::info.max_body,
                                                             static_cast<std::uint16_t>(InfoText<E>::path.size()),
                                                             static_cast<std::uint8_t>(InfoText<E>::name.size()),
                                                             static_cast<std::uint8_t>(E::info.method),
                                                             E::info.sends == Body::object,
                                                             E::info.expects == Body::object,
                                                             E::info.masquerade == Masquerade::yes,
                                                             InfoText<E>::is_cut};

/// An endpoint without its type, so that one function builds the requests of all.
struct Operation;
/// How a URL is written that is more than its path.
struct UrlWriter {
    void (*path)(Writer&, const Operation&); ///< null: the path as it is
    const WriteTable* path_parameters;
    void (*query)(Writer&, const Operation&, const Destination&); ///< null: there is none
    const WriteTable* query_parameters;
};
struct OperationTables {
    const PackedInfo* info;
    const WriteTable* body;
    const UrlWriter* url; ///< null: the path as it is, and no query
};
struct Operation {
    const OperationTables* tables;
    const void* endpoint;
    Auth auth;

    const PackedInfo& info() const noexcept { return *tables->info; }
};
inline constexpr WriteTable no_members{nullptr, 0};

void write_path(Writer& w, const Operation& op);
void write_query(Writer& w, const Operation& op, const Destination& to);

/// True if `key`, which stands in front of the value of a member, names `name`.
constexpr bool is_key_of(const char* key, std::string_view name) noexcept {
    key += 2;
    for (const char c : name) {
        if (*key++ != c) return false;
    }
    return *key == '"';
}
/// True if each {name} of E's path has a row, and each row a {name}.
template <class E> constexpr bool names_path_rows() noexcept {
    const std::string_view path = E::info.path;
    std::size_t names = 0, rows = 0;
    for (std::size_t i = path.find('{'); i != path.npos; i = path.find('{', i + 1)) {
        const std::size_t close = path.find('}', i);
        if (close == path.npos) return false;
        ++names;
        if constexpr (is_model_v<E>) {
            for (const WriteField& f : UrlTablesOf<E>::path_rows)
                rows += is_key_of(f.key, path.substr(i + 1, close - i - 1));
        }
    }
    if constexpr (is_model_v<E>) {
        return names == rows && rows == UrlTablesOf<E>::path_rows.size();
    } else {
        return names == 0;
    }
}

template <class E> constexpr UrlWriter url_writer() noexcept {
    UrlWriter url{nullptr, &no_members, nullptr, &no_members};
    if constexpr (is_model_v<E>) {
        using Table = std::decay_t<decltype(fields_of<E>())>;
        if constexpr (Table::path_rows != 0) {
            url.path = write_path;
            url.path_parameters = &UrlTablesOf<E>::path;
        }
        if constexpr (Table::query_rows != 0) {
            url.query = write_query;
            url.query_parameters = &UrlTablesOf<E>::query;
        }
    }
    if constexpr (E::info.masquerade == Masquerade::yes) url.query = write_query;
    return url;
}
template <class E> inline constexpr UrlWriter url_writer_v = url_writer<E>();
/// Of every endpoint whose URL has the members of Credentials and none of its own.
inline constexpr UrlWriter masquerade_url{nullptr, &no_members, write_query, &no_members};
template <class E> constexpr OperationTables operation_tables() noexcept {
    static_assert(names_path_rows<E>(), "each {name} of this endpoint's path needs a field::path()");
    OperationTables tables{&packed_info_v<E>, &no_members,
                           E::info.masquerade == Masquerade::yes ? &masquerade_url : nullptr};
    if constexpr (is_model_v<E>) {
        using Table = std::decay_t<decltype(fields_of<E>())>;
        static_assert(E::info.sends == Body::object || Table::body_rows == 0,
                      "this endpoint has members for a body that it does not send");
        if constexpr (Table::body_rows != 0) tables.body = &WriteTableOf<E>::value;
        if constexpr (Table::path_rows + Table::query_rows != 0) tables.url = &url_writer_v<E>;
    }
    return tables;
}
template <class E> inline constexpr OperationTables operation_tables_v = operation_tables<E>();
template <class S> struct ResponseTables;
/// What the functions of all endpoints get to know of E. Members of a class, so that one file can have them for others.
template <class E, class S> struct EndpointTables {
    static const OperationTables operation;
    static const ResponseTables<S> response;
};
template <class E, class S> const OperationTables EndpointTables<E, S>::operation = operation_tables_v<E>;
template <class E> using TablesOf = EndpointTables<E, StorageOf<E>>;
template <class E> Operation operation(const E& endpoint) noexcept {
    if constexpr (HasOwnAuth<E>::value) {
        return {&TablesOf<E>::operation, &endpoint, endpoint.own_auth()};
    } else {
        return {&TablesOf<E>::operation, &endpoint, E::info.auth};
    }
}

/// Why a request was not built. Static text; none: it was.
struct RequestFault {
    std::string_view message{};
    std::string_view member{};

    explicit operator bool() const noexcept { return !message.empty(); }
};

RequestFault build_request(Request& request, const Operation& op, const Destination& to);
RequestFault build_request(RequestView& request, char* out, std::size_t capacity, const Operation& op,
                           const Destination& to);

template <class S> void set_text(typename S::Text& to, std::string_view text) {
    if constexpr (std::is_same_v<typename S::Text, std::string>) {
        to = std::string(text);
    } else if constexpr (is_view_v<S>) {
        to = text;
    } else {
        (void)to.try_assign(part(text, 0, S::Text::capacity));
    }
}

template <class S> BasicMatrixError<S> request_error(const PackedInfo& info, const RequestFault& fault) {
    BasicMatrixError<S> error;
    error.stage = Stage::request;
    error.operation = info.operation_id();
    error.member = fault.member;
    set_text<S>(error.message, fault.message);
    return error;
}

/// Puts an error where a value is. As assignment would, in a third of the code: making an error from an error cannot
/// fail.
template <class T, class S>
void become_error(expected<T, BasicMatrixError<S>>& result, BasicMatrixError<S>&& error) noexcept {
    using Expected = expected<T, BasicMatrixError<S>>;
    result.~Expected();
    ::new (static_cast<void*>(&result)) Expected(unexpect, std::move(error));
}
/// Out of line: the error would take room on the stack where there is none.
template <class S, class T> MXWIRE_NOINLINE void become_refusal(expected<T, BasicMatrixError<S>>& request,
                                                                const PackedInfo& info, const RequestFault& fault) {
    become_error(request, request_error<S>(info, fault));
}
// Templates, so that who uses one of them does not compile the other's types.
template <class S> using RequestResult = expected<BasicRequest<typename S::Text>, BasicMatrixError<S>>;
template <class S> MXWIRE_NOINLINE RequestResult<S> prepare_request(const Operation& op, const Destination& to) {
    RequestResult<S> request;
    const RequestFault fault = build_request(*request, op, to);
    if (fault) become_refusal<S>(request, op.info(), fault);
    return request;
}
template <class S> MXWIRE_NOINLINE RequestResult<S> prepare_request(char* out, std::size_t capacity,
                                                                    const Operation& op, const Destination& to) {
    RequestResult<S> request;
    const RequestFault fault = build_request(*request, out, capacity, op, to);
    if (fault) become_refusal<S>(request, op.info(), fault);
    return request;
}

template <class E, class Where> constexpr void check_prepare() {
    static_assert(is_endpoint_v<E>, "this is no endpoint: see mxwire::EndpointInfo for what one has");
    static_assert(IsDestination<Where>::value, "a request goes to a Homeserver, or to Credentials that carry one");
    static_assert(E::info.auth != Auth::required || HasToken<Where>::value || !IsDestination<Where>::value,
                  "this endpoint needs an access token: pass Credentials");
}

} // namespace detail

/// Builds the request of `endpoint`. Pure: no I/O, no clock, no global. One allocation, the request's buffer.
///
/// Errors, all of Stage::request: a bad base URL, a token that is empty or cannot stand in a header, an empty secret,
/// text that is not UTF-8, an empty path segment or `.` or `..`, members of a custom type that collide with the
/// operation's own.
template <class E, class Where> [[nodiscard]] Result<Request> prepare(const E& endpoint, const Where& where) {
    detail::check_prepare<E, Where>();
    return detail::prepare_request<Owned>(detail::operation(endpoint), detail::destination(where));
}

/// The same into the caller's `capacity` bytes at `out`, without a heap. The view and its error point into them and
/// into static storage. After an error nothing of the request is left in the buffer; after use, wipe() it.
template <class E, class Where> [[nodiscard]] expected<RequestView, BasicMatrixError<View>>
prepare_into(char* out, std::size_t capacity, const E& endpoint, const Where& where) {
    detail::check_prepare<E, Where>();
    return detail::prepare_request<View>(out, capacity, detail::operation(endpoint), detail::destination(where));
}
template <std::size_t N, class E, class Where> [[nodiscard]] expected<RequestView, BasicMatrixError<View>>
prepare_into(char (&out)[N], const E& endpoint, const Where& where) {
    return prepare_into(out, N, endpoint, where);
}

// ------------------------------------------------------------------------------------------------ reading an answer

/// Wall time, for HTTP dates only: the caller's, since nothing here reads a clock.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>;

/// A response body in the caller's buffer, which may be written to.
struct MutableBody {
    char* data;
    std::size_t size;
};

namespace detail {

/// What a Retry-After field means (rules R1, R2): seconds, or a date against the caller's clock, else against the
/// answer's own date. -1 if nothing.
std::int64_t retry_after(const SeenHeaders& headers, const std::optional<WallTime>& now) noexcept;

/// An array `flows` is what makes a 401 a challenge, so reading it says that the homeserver itself answered.
template <class S> struct ChallengeFlows
    : NamedIn<&BasicMatrixError<S>::challenge, &BasicUiaChallenge<S>::flows, sizeof "flows"> {
    using Base = NamedIn<&BasicMatrixError<S>::challenge, &BasicUiaChallenge<S>::flows, sizeof "flows">;
    constexpr ChallengeFlows() : Base("flows") {}
    static void* open(void* object) {
        auto& error = *static_cast<BasicMatrixError<S>*>(object);
        error.stage = Stage::server;
        return Base::enter(&error.challenge);
    }
    constexpr void read_rows_to(ReadField* out) const {
        Base::read_rows_to(out);
        out->offset = 0;
        out->aux = &OpenedList<decltype(BasicUiaChallenge<S>::flows), open>::table;
    }
};
/// The members of an error's body and where they go. Those of a challenge are the last ones.
template <class S> struct ErrorMembers {
    using Error = BasicMatrixError<S>;
    using Model = Error;
    using Challenge = BasicUiaChallenge<S>;
    static constexpr auto fields = mxwire::fields(
        field::cut<&Error::code>("errcode"), field::cut<&Error::message>("error"),
        field::optional<&Error::retry_after>("retry_after_ms"), field::optional<&Error::soft_logout>("soft_logout"),
        ChallengeFlows<S>{}, field::optional_in<&Error::challenge, &Challenge::session>("session"),
        field::optional_in<&Error::challenge, &Challenge::params>("params"),
        field::optional_in<&Error::challenge, &Challenge::completed>("completed"), field::rest_cut<&Error::rest>());
    static constexpr ReadTable first(std::uint8_t size) {
        ReadTable table = ReadTableOf<ErrorMembers>::value;
        table.size = size;
        return table;
    }
};
/// Where only a 401 is a challenge, to another status its members are like any others.
template <class S> inline constexpr ReadTable error_table = ErrorMembers<S>::first(4);

/// One answer, without its endpoint's type.
struct Answer {
    int status;
    Document body;
    const Limits* limits;

    bool is_success() const noexcept { return status >= 200 && status <= 299; }
    bool is_blank() const noexcept {
        std::size_t blank = 0;
        while (blank < body.size && Reader::is_space(body.text[blank])) ++blank;
        return blank == body.size;
    }
    bool is_too_large(const PackedInfo& info) const noexcept {
        return body.size > (limits->body != 0 ? limits->body : info.max_body);
    }
};

template <class S> MXWIRE_NOINLINE void reset(BasicMatrixError<S>& error) noexcept {
    using Error = BasicMatrixError<S>;
    error.~Error();
    ::new (static_cast<void*>(&error)) Error; // not Error{}, which would fill it with zeros first
}

template <class S>
void set_delay(BasicMatrixError<S>& error, std::chrono::milliseconds delay, const Limits& limits) noexcept {
    if (delay > limits.retry_after) delay = limits.retry_after;
    error.retry_after.emplace(delay);
    if (delay.count() < 0) error.retry_after.reset();
}

/// What the header fields of an error say.
template <class S> MXWIRE_NOINLINE void read_headers(BasicMatrixError<S>& error, const SeenHeaders& headers,
                                                     const Limits& limits, const std::optional<WallTime>& now) {
    const std::int64_t delay = retry_after(headers, now);
    if (delay >= 0) set_delay(error, std::chrono::seconds{delay}, limits);
    if (error.status / 100 == 3) set_text<S>(error.location, headers.location);
}
template <class S> void fill_body_error(BasicMatrixError<S>& error, const ReadResult& why) {
    error.stage = Stage::body;
    error.member = why.member;
    set_text<S>(error.message, describe(why.fault));
}

/// An answer other than 2xx, but for its headers (rules E1-E6, R3, R4, U2).
template <class Codec, class S>
void fill_refusal(BasicMatrixError<S>& error, const PackedInfo& info, const Answer& answer) {
    const ReadTable& table = answer.status == 401 ? ReadTableOf<ErrorMembers<S>>::value : error_table<S>;
    ReadResult read;
    error.stage = Stage::http;
    if (answer.is_too_large(info)) {
        read.fault = Fault::too_large;
    } else {
        read = Codec::read(answer.body, *answer.limits, table, &error);
    }
    if (read && (error.stage == Stage::server || !error.code.empty())) {
        if (error.stage != Stage::server) error.challenge.reset();
        error.stage = Stage::server;
        if (error.challenge && !is_object(error.challenge->params.text())) error.challenge->params = {};
        if (error.retry_after) set_delay(error, *error.retry_after, *answer.limits);
    } else {
        reset(error);
        error.stage = Stage::http;
        // An answer of the homeserver that the storage has no room for: saying so is better than to call it a proxy's.
        if (read.fault == Fault::too_many || read.fault == Fault::too_long || read.fault == Fault::escaped)
            fill_body_error(error, read);
    }
}
/// An answer that gives no model: a refusal, or a 2xx of which `of_model` says what is wrong with it.
template <class Codec, class S> MXWIRE_NOINLINE BasicMatrixError<S>
read_error(const PackedInfo& info, const Answer& answer, const ReadResult& of_model) {
    BasicMatrixError<S> error;
    if (answer.is_success()) {
        fill_body_error(error, of_model);
    } else {
        fill_refusal<Codec>(error, info, answer);
    }
    error.operation = info.operation_id();
    error.status = answer.status;
    return error;
}

template <class T, class S> void put_error(void* result, BasicMatrixError<S>&& error) noexcept {
    become_error(*static_cast<expected<T, BasicMatrixError<S>>*>(result), std::move(error));
}
/// How the answer of an endpoint is read, without its type, so that one function reads those of all.
template <class S> struct ResponseTables {
    const PackedInfo* info;
    const ReadTable* model;
    void (*put_error)(void* result, BasicMatrixError<S>&&);
};
template <class E, class S> inline constexpr ResponseTables<S> response_tables_v{
    &packed_info_v<E>, &ReadTableOf<typename E::Response>::value, put_error<typename E::Response, S>};
template <class E, class S> const ResponseTables<S> EndpointTables<E, S>::response = response_tables_v<E, S>;

/// Out of line: on the stack the error takes room only where there is one.
template <class Codec, class S> MXWIRE_NOINLINE void fail_into(void* result, const ResponseTables<S>& tables,
                                                               const Answer& answer, const ReadResult& read) {
    tables.put_error(result, read_error<Codec, S>(*tables.info, answer, read));
}
/// Reads into the model that stands in `result`, an expected of the endpoint; or puts an error in its place, and is
/// false.
template <class Codec, class S>
MXWIRE_NOINLINE bool read_into(void* result, void* model, const ResponseTables<S>& tables, const Answer& answer) {
    const PackedInfo& info = *tables.info;
    ReadResult read;
    if (!answer.is_success() || answer.is_too_large(info)) {
        read.fault = Fault::too_large; // or whatever: an answer other than 2xx is looked at by read_error()
    } else if (info.expects_object || !answer.is_blank()) {
        read = Codec::read(answer.body, *answer.limits, *tables.model, model);
    }
    if (!read) fail_into<Codec>(result, tables, answer, read);
    return static_cast<bool>(read);
}
template <class E, class Codec, class Headers>
ResultOf<E> refused(const Answer& answer, const Headers& headers, const std::optional<WallTime>& now) {
    BasicMatrixError<StorageOf<E>> error = read_error<Codec, StorageOf<E>>(packed_info_v<E>, answer, {});
    if constexpr (!std::is_same_v<Headers, NoHeaders>) read_headers(error, see_headers(headers), *answer.limits, now);
    return ResultOf<E>(unexpect, std::move(error));
}
template <class E, class Codec, class Headers>
ResultOf<E> read_response(const Answer& answer, const Headers& headers, const std::optional<WallTime>& now) {
    ResultOf<E> result{Fresh<typename E::Response>{}};
    const bool good = read_into<Codec>(&result, &*result, TablesOf<E>::response, answer);
    if constexpr (!std::is_same_v<Headers, NoHeaders>) {
        if (!good && !answer.is_success()) read_headers(result.error(), see_headers(headers), *answer.limits, now);
    }
    (void)good;
    return result;
}
template <class E, class Codec, class Headers>
ResultOf<E> read_answer(const Answer& answer, const Headers& headers, const std::optional<WallTime>& now) {
    // Without a response that nobody needs; where it costs nothing to make one, this would be more code.
    if constexpr (!MXWIRE_OPTIMIZE_SIZE || !std::is_trivially_destructible_v<typename E::Response>) {
        if (!answer.is_success()) return refused<E, Codec>(answer, headers, now);
    }
    return read_response<E, Codec>(answer, headers, now);
}

/// A whole response into the model that stands in `result`, or an error in its place.
template <class Codec, class S>
MXWIRE_NOINLINE void read_whole(void* result, void* model, const ResponseTables<S>& tables, const Response& response,
                                const Limits& limits, const std::optional<WallTime>& now) {
    const std::string_view body = response.body();
    const Answer answer{response.status(), {body.data(), body.size(), false}, &limits};
    if (answer.is_success()) {
        (void)read_into<Codec>(result, model, tables, answer);
    } else {
        BasicMatrixError<S> error = read_error<Codec, S>(*tables.info, answer, {});
        read_headers(error, see_headers(response.headers()), limits, now);
        tables.put_error(result, std::move(error));
    }
}

/// An error of the transport, in the storage policy of the answer. Such an error has a message and a number, and nothing
/// of a body.
template <class S, class Error> std::enable_if_t<std::is_same_v<S, Owned>, Error&&> error_in(Error&& from) noexcept {
    return std::forward<Error>(from);
}
template <class S> std::enable_if_t<!std::is_same_v<S, Owned>, BasicMatrixError<S>> error_in(const MatrixError& from) {
    BasicMatrixError<S> error;
    error.stage = from.stage;
    error.status = from.status;
    error.native_code = from.native_code;
    error.member = from.member;
    error.retry_after = from.retry_after;
    set_text<S>(error.message, from.message);
    return error;
}
/// What a transport returned: a whole response, or the transport's own error in place of the model that stands in
/// `result`.
template <class Codec, class S, class Outcome>
MXWIRE_NOINLINE void read_outcome(void* result, void* model, const ResponseTables<S>& tables, Outcome&& outcome,
                                  const Limits& limits, const std::optional<WallTime>& now) {
    if (outcome) {
        read_whole<Codec>(result, model, tables, *outcome, limits, now);
    } else {
        BasicMatrixError<S> error = error_in<S>(std::forward<Outcome>(outcome).error());
        error.operation = tables.info->operation_id();
        tables.put_error(result, std::move(error));
    }
}

#if MXWIRE_SEPARATE_COMPILATION
// What the operations of the Owned policy have in common.
MXWIRE_INSTANCE RequestResult<Owned> prepare_request<Owned>(const Operation&, const Destination&);
MXWIRE_INSTANCE BasicMatrixError<Owned> read_error<CoreCodec, Owned>(const PackedInfo&, const Answer&,
                                                                     const ReadResult&);
MXWIRE_INSTANCE bool read_into<CoreCodec, Owned>(void*, void*, const ResponseTables<Owned>&, const Answer&);
MXWIRE_INSTANCE void read_whole<CoreCodec, Owned>(void*, void*, const ResponseTables<Owned>&, const Response&,
                                                  const Limits&, const std::optional<WallTime>&);
MXWIRE_INSTANCE void read_outcome<CoreCodec, Owned>(void*, void*, const ResponseTables<Owned>&, Result<Response>&&,
                                                    const Limits&, const std::optional<WallTime>&);
#endif

template <class E, class Body> constexpr void check_lifetime() {
    static_assert(!is_view_v<StorageOf<E>> || std::is_lvalue_reference_v<Body> ||
                      std::is_same_v<std::decay_t<Body>, std::string_view> || std::is_pointer_v<std::decay_t<Body>>,
                  "a View model points into the body: keep the body, and pass it as an lvalue");
}

} // namespace detail

/// Turns an answer into the response of E, or into an error. An empty, stateless function object: it fits wherever a
/// function does.
///
/// Pure, and total: any status and any bytes have a result. `headers` is whatever iterates as pairs of text, or as
/// structures with `name` and `value`; none is copied. `now` is only asked where a Retry-After is a date. The Owned
/// policy allocates what the model holds, the others nothing. A View model points into the body.
template <class E, class Codec = detail::CoreCodec> struct Parse {
    static_assert(is_endpoint_v<E>, "this is no endpoint: see mxwire::EndpointInfo for what one has");
    static_assert(Codec::hands_out_slices || !detail::is_view_v<StorageOf<E>>,
                  "this codec has values to copy and no text to point into: use the Owned or the Fixed policy");

    template <class Body, class Headers = detail::NoHeaders>
    ResultOf<E> operator()(int status, Body&& body, const Headers& headers = {},
                           const Limits& limits = detail::default_limits,
                           const std::optional<WallTime>& now = std::nullopt) const {
        detail::check_lifetime<E, Body>();
        const std::string_view text{body};
        return detail::read_answer<E, Codec>({status, {text.data(), text.size(), false}, &limits}, headers, now);
    }
    ResultOf<E> operator()(const Response& response, const Limits& limits = detail::default_limits,
                           const std::optional<WallTime>& now = std::nullopt) const {
        ResultOf<E> result{detail::Fresh<typename E::Response>{}};
        detail::read_whole<Codec>(&result, &*result, detail::TablesOf<E>::response, response, limits, now);
        return result;
    }
    ResultOf<E> operator()(Response&& response, const Limits& limits = detail::default_limits,
                           const std::optional<WallTime>& now = std::nullopt) const {
        detail::check_lifetime<E, Response>();
        return (*this)(std::as_const(response), limits, now);
    }
    /// What a transport returned: its own error passes through, with the operation's name added.
    ResultOf<E> operator()(const Result<Response>& response, const Limits& limits = detail::default_limits,
                           const std::optional<WallTime>& now = std::nullopt) const {
        return read_outcome(response, limits, now);
    }
    ResultOf<E> operator()(Result<Response>&& response, const Limits& limits = detail::default_limits,
                           const std::optional<WallTime>& now = std::nullopt) const {
        detail::check_lifetime<E, Response>();
        return read_outcome(std::move(response), limits, now);
    }

  private:
    template <class Outcome>
    static ResultOf<E> read_outcome(Outcome&& response, const Limits& limits, const std::optional<WallTime>& now) {
        ResultOf<E> result{detail::Fresh<typename E::Response>{}};
        detail::read_outcome<Codec>(&result, &*result, detail::TablesOf<E>::response, std::forward<Outcome>(response),
                                    limits, now);
        return result;
    }
};
template <class E, class Codec = detail::CoreCodec> inline constexpr Parse<E, Codec> parse{};

/// As parse<E>, for a body that may be written to: text with escapes is unescaped where it lies, which a View model
/// needs. Afterwards the body is no longer the document that it was.
template <class E, class Headers = detail::NoHeaders>
[[nodiscard]] ResultOf<E> parse_in_place(int status, MutableBody body, const Headers& headers = {},
                                         const Limits& limits = detail::default_limits,
                                         const std::optional<WallTime>& now = std::nullopt) {
    return detail::read_answer<E, detail::CoreCodec>({status, {body.data, body.size, true}, &limits}, headers, now);
}

/// One line for a log: method, URL, size. Never a body, a header or a query.
std::size_t describe_into(char* out, std::size_t capacity, Method method, std::string_view url,
                          std::size_t body_size) noexcept;
template <class Text>
std::size_t describe_into(char* out, std::size_t capacity, const BasicRequest<Text>& request) noexcept {
    return describe_into(out, capacity, request.method(), request.url(), request.body().size());
}
/// The same as a string. Allocates it.
template <class Text> std::string describe(const BasicRequest<Text>& request) {
    std::string line(request.url().size() + 64, '\0');
    line.resize(describe_into(line.data(), line.size(), request));
    return line;
}

#if MXWIRE_DEFINITIONS
namespace detail {
MXWIRE_ONCE void write_path(Writer& w, const Operation& op) {
    const std::string_view path = op.info().path();
    for (std::size_t i = 0; i < path.size();) {
        const std::size_t brace = index_of(path, '{', i);
        w.put(part(path, i, brace - i));
        if (brace == path.size()) break;
        const std::size_t close = index_of(path, '}', brace);
        const std::string_view name = part(path, brace + 1, close - brace - 1);
        const WriteTable& parameters = *op.tables->url->path_parameters;
        const WriteField* f = parameters.fields;
        while (!same_text(name, Writer::name_of(f->key))) ++f; // there is one: names_path_rows()
        const std::size_t start = w.position();
        w.segment(*f, op.endpoint);
        if (w.position() == start) w.fail(Fault::empty, *f);
        i = close + 1;
    }
}

MXWIRE_ONCE void write_query(Writer& w, const Operation& op, const Destination& to) {
    const std::size_t start = w.position();
    const Writer::Mark mark = w.mark();
    w.query(*op.tables->url->query_parameters, op.endpoint);
    if (op.info().masquerades) {
        static constexpr WriteField user{"&user_id=", 9};
        static constexpr WriteField device{"&device_id=", 11};
        if (to.user_id) w.text(user, *to.user_id);
        if (to.device_id) w.text(device, *to.device_id);
    }
    if (w.position() != start) w.patch(mark, '?');
}

/// An access token goes into a header as it is: visible ASCII with single parts, or a header could be made of it
/// (SEC-01, SEC-02).
inline bool is_header_token(std::string_view token) noexcept {
    if (token.empty() || token.front() == ' ' || token.back() == ' ') return false;
    for (const char c : token) {
        if (byte(c) - 0x20u > 0x5e) return false;
    }
    return true;
}

MXWIRE_NOINLINE inline RequestFault write_request(Writer& w, RequestLayout& layout, const Operation& op,
                                                  const Destination& to) {
    if (to.fault != UrlFault::none) return {describe(to.fault), "base_url"sv};
    const bool authorize = op.auth != Auth::none && to.has_token;
    if (op.auth == Auth::required && !to.has_token) return {"this request needs an access token"sv, "access_token"sv};
    if (authorize && !is_header_token(to.token))
        return {"the access token is empty or cannot stand in a header"sv, "access_token"sv};

    const PackedInfo& info = op.info();
    const bool has_body = info.sends_object;
    if (has_body) w.object(*op.tables->body, op.endpoint);
    const std::size_t body = w.position();
    w.put_here(to.base_url);
    if (MXWIRE_OPTIMIZE_SIZE && info.is_cut) w.put_here(client_path); // elsewhere not even asked
    const UrlWriter* const writer = op.tables->url;
    if (writer != nullptr && writer->path != nullptr) {
        writer->path(w, op);
    } else {
        w.put_here(info.path());
    }
    if (writer != nullptr && writer->query != nullptr) writer->query(w, op, to);
    const std::size_t url = w.position() - body;
    w.put('\0');
    std::size_t authorization = 0;
    if (authorize) {
        w.put("Bearer ", 7);
        w.put(to.token);
        authorization = w.position() - body - url - 1;
    }
    Fault fault = w.fault;
    if (fault == Fault::none && body + url + authorization > 0x7fffffff) fault = Fault::too_large;
    if (fault != Fault::none) return {describe(fault), w.member()};
    layout = {info.method(), has_body, static_cast<std::uint32_t>(body), static_cast<std::uint32_t>(url),
              static_cast<std::uint32_t>(authorization)};
    return {};
}

MXWIRE_ONCE RequestFault build_request(Request& request, const Operation& op, const Destination& to) {
    RequestLayout layout;
#if !MXWIRE_OPTIMIZE_SIZE
    // One pass for the usual request: its size is not known before it is written.
    char stack[1024];
    Writer first{stack, sizeof stack};
    const RequestFault fault = write_request(first, layout, op, to);
    if (!fault && first.missing() == 0) {
        request.assign(std::string(stack, first.position()), layout);
        wipe(stack, first.position());
        return fault;
    }
    wipe(stack, sizeof stack); // text that was given up may stand behind the position
    if (fault) return fault;
#else
    Writer first{nullptr, 0};
    const RequestFault fault = write_request(first, layout, op, to);
    if (fault) return fault;
#endif
    std::string buffer(first.position(), '\0');
    Writer second{buffer.data(), buffer.size()};
    (void)write_request(second, layout, op, to);
    request.assign(std::move(buffer), layout);
    return {};
}

MXWIRE_NOINLINE MXWIRE_ONCE RequestFault build_request(RequestView& request, char* out, std::size_t capacity,
                                                       const Operation& op, const Destination& to) {
    RequestLayout layout;
    Writer writer{out, capacity};
    RequestFault fault = write_request(writer, layout, op, to);
    if (!fault && writer.missing() != 0) fault = {"the buffer is too small"sv, "buffer"sv};
    if (!fault) {
        request = RequestView(std::string_view{out, writer.position()}, layout);
    } else {
        wipe(out, capacity); // text that was given up may stand behind the position
    }
    return fault;
}

/// An HTTP-date (RFC 9110 5.6.7) in seconds since 1970, in any of its three forms; -1 if it is none.
MXWIRE_COLD inline std::int64_t http_date(std::string_view text) noexcept {
    // All forms have a day, a month's name, a year and a time: "06 Nov 1994 08:49:37", "06-Nov-94 08:49:37", "Nov  6
    // 08:49:37 1994".
    static constexpr char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    constexpr std::int32_t none = -1;
    std::int32_t day = none, month = none, year = none, clock[3] = {none, none, none};
    unsigned units = 0; // of the clock
    for (std::size_t i = 0; i < text.size();) {
        if (digit(text[i]) > 9) {
            for (std::int32_t m = 0; month == none && text.size() - i >= 3 && m < 12; ++m) {
                if (equal_bytes(text.data() + i, months + m * 3, 3)) month = m;
            }
            ++i;
            continue;
        }
        std::int32_t value = 0;
        const std::size_t first = i;
        while (i < text.size() && digit(text[i]) < 10 && i - first < 5)
            value = value * 10 + static_cast<std::int32_t>(digit(text[i++]));
        const std::size_t digits = i - first;
        const bool in_clock = units % 3 != 0, more = i < text.size() && text[i] == ':';
        if (in_clock || (units == 0 && more)) {
            if (digits != 2 || more != (units < 2)) return none;
            clock[units++] = value;
            if (more) ++i;
        } else if (day == none && digits <= 2) {
            day = value;
        } else if (year == none && digits % 2 == 0) {
            year = digits == 4 ? value : value + (value < 70 ? 2000 : 1900);
        } else {
            return none;
        }
    }
    if (day < 1 || day > 31 || month == none || year < 1970 || units != 3 || clock[0] > 23 || clock[1] > 59 ||
        clock[2] > 60)
        return none;
    // Days since 1970: years begin in March here, so that the leap day is the last one.
    const std::int32_t y = month < 2 ? year - 1 : year,
                       of_year = (153 * (month < 2 ? month + 10 : month - 2) + 2) / 5 + day - 1;
    const std::int32_t days = y * 365 + y / 4 - y / 100 + y / 400 + of_year - 719468;
    return std::int64_t{days} * 86400 + (clock[0] * 60 + clock[1]) * 60 + clock[2];
}

MXWIRE_COLD MXWIRE_ONCE std::int64_t retry_after(const SeenHeaders& headers,
                                                 const std::optional<WallTime>& now) noexcept {
    std::string_view text = headers.retry_after;
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    std::int32_t seconds = 0;
    for (const char c : text) {
        if (digit(c) > 9) {
            const std::int64_t until = http_date(text);
            const std::int64_t here = now ? std::int64_t{now->time_since_epoch().count()} : http_date(headers.date);
            const std::int64_t from = now && here < 0 ? 0 : here;
            return until > from && from >= 0 ? until - from : -1;
        }
        if (seconds < 100000000) seconds = seconds * 10 + static_cast<std::int32_t>(digit(c));
    }
    return text.empty() ? -1 : seconds;
}
} // namespace detail

MXWIRE_ONCE std::size_t describe_into(char* out, std::size_t capacity, Method method, std::string_view url,
                                      std::size_t body_size) noexcept {
    detail::Line line{out, capacity};
    line.put(to_string(method));
    line.put(' ');
    line.put(detail::part(url, 0, url.find('?')));
    if (url.find('?') != std::string_view::npos) line.put(", query withheld");
    if (body_size != 0) {
        line.put(", ");
        line.put_number(static_cast<std::int64_t>(body_size));
        line.put(" bytes, body withheld");
    }
    return line.size();
}
#endif

MXWIRE_NAMESPACE_END

#endif
