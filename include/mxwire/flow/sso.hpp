// SPDX-License-Identifier: MIT
#ifndef MXWIRE_FLOW_SSO_HPP
#define MXWIRE_FLOW_SSO_HPP

#include <mxwire/session/redirect_to_idp.hpp>
#include <mxwire/session/redirect_to_sso.hpp>
#include <mxwire/types/callback.hpp>

MXWIRE_NAMESPACE_BEGIN

/// One of the identity providers that GetLoginFlows named, by its id. Empty: none, the server lets the user choose.
struct IdpId {
    std::string id{};
};

/// A login by single sign-on that has begun: it makes the page's URL, and checks what the browser comes back with.
///
/// It is a value, bound to its own attempt by the caller's random state, which goes to the server and back in the query
/// of the redirect URL. It may be saved and restored meanwhile. Where the homeserver is stands here and never in the
/// callback. Everything it holds is wiped. `S` is Owned, as what it keeps outlives every buffer.
///
/// https://spec.matrix.org/v1.19/client-server-api/#client-login-via-sso
template <class S> class BasicPendingSso {
    // A template for no other reason than this: a program that has no single sign-on does not compile what one needs.
    static_assert(std::is_same_v<S, Owned>, "a pending login outlives every buffer: BasicPendingSso<Owned>");

  public:
    /// `redirect_url` is where the browser comes back to: absolute, printable ASCII (percent-encode anything else),
    /// without userinfo, a loginToken or a `state` of its own. `state` is at least 128 bits from a secure source of
    /// random numbers, as text; it becomes the parameter `state`, unless a parameter of the redirect URL has it for its
    /// value already. Allocates what it keeps.
    ///
    /// Errors, all of Stage::request: of the redirect URL, of an empty state, of the server's URL.
    [[nodiscard]] static Result<BasicPendingSso> begin(const Homeserver& server, std::string_view redirect_url,
                                                       Secret state, const IdpId& idp = {},
                                                       SsoAction action = SsoAction::other) {
        if (const char* const why = fault_of(redirect_url)) return refuse("redirect_url", why);
        if (state.empty() || !detail::is_utf8(state.expose()) || state.expose().find('\0') != std::string_view::npos)
            return refuse("state", "empty, or no text");
        BasicPendingSso pending{server, Secret{std::string(redirect_url)}, std::move(state)};
        if (pending.state_name().empty()) {
            if (detail::ValueIterator(detail::split_url(redirect_url).query, "state").next())
                return refuse("redirect_url", "has another state");
            pending.add_state();
        }
        const std::string_view where = pending.redirect_url_.expose();
        const OpenEnum<SsoAction, std::string_view> said{action};
        Result<Request> request = idp.id.empty() ? prepare(RedirectToSsoView{where, said}, server)
                                                 : prepare(RedirectToIdpView{idp.id, where, said}, server);
        if (!request) return Failure{std::move(request.error())};
        pending.url_ = Secret{std::string(request->url())};
        return pending;
    }

    /// The page to open in a browser. Holds the state: keep it out of logs. Valid as long as this object is neither
    /// moved from, assigned nor destroyed, and the login has not finished.
    std::string_view url() const noexcept { return url_.expose(); }
    /// Whom the login token is for, and nobody else: log in there.
    const Homeserver& server() const noexcept { return server_; }
    /// True once a callback with the state of this attempt has come.
    bool is_finished() const noexcept { return state_.empty(); }

    /// The login token of `callback_url`, the whole URL that the browser was sent to. Use it at once: LoginToken.
    ///
    /// A callback that is not of this attempt is refused and changes nothing: go on waiting. The first one that is
    /// finishes the attempt, also without a token; what comes later is refused. Allocates the token and what it decodes.
    ///
    /// Errors, all of Stage::request, by MatrixError::member: `callback_url`, no URL, or not the redirect URL; `state`,
    /// of another attempt, or of one that has finished; `loginToken`, missing, empty or there twice.
    [[nodiscard]] Result<Secret> finish(std::string_view callback_url) {
        if (is_finished()) return refuse("state", "this login has finished");
        const detail::UrlParts expected = detail::split_url(redirect_url_.expose());
        const detail::UrlParts came = detail::split_url(callback_url);
        if (!detail::is_query(came.query)) return refuse("callback_url", "not well-formed");
        if (!detail::same_place(expected, came)) return refuse("callback_url", "not the redirect URL");
        detail::QueryIterator parameters(expected.query);
        for (detail::QueryParameter one; parameters.next(one);) {
            const std::optional<Secret> name = detail::percent_decode(one.name, detail::Plus::is_blank);
            if (same_values(expected.query, came.query, name->expose())) continue;
            return one.name == state_name() ? refuse("state", "not of this login")
                                            : refuse("callback_url", "not the redirect URL");
        }
        wipe_all();
        detail::ValueIterator tokens(came.query, "loginToken");
        std::optional<Secret> token = tokens.next();
        if (!token) return refuse("loginToken", "missing");
        if (tokens.next()) return refuse("loginToken", "given twice");
        if (token->empty()) return refuse("loginToken", "empty");
        return std::move(*token);
    }

    /// Everything, as text for restore(). It holds the state: store it as a secret, and remove it before finish() is
    /// called on what was restored from it. Empty once the login has finished. Allocates it.
    Secret save() const {
        std::string text;
        const Saved saved{version, std::string(server_.base_url()), redirect_url_, state_, url_};
        if (!is_finished()) (void)write_json(text, saved);
        return Secret{std::move(text)};
    }
    /// What was saved. Anything else is an error of Stage::request. Plain http that begin() was allowed is allowed.
    [[nodiscard]] static Result<BasicPendingSso> restore(std::string_view text) {
        Saved saved{};
        if (!read_json(text, saved) || saved.version != version) return refuse("saved", "not a login of this version");
        BasicPendingSso pending{Homeserver{std::move(saved.base_url), allow_insecure_http},
                                std::move(saved.redirect_url), std::move(saved.state)};
        pending.url_ = std::move(saved.url);
        const std::string page = std::string(pending.server_.base_url()) + std::string(RedirectToSso::info.path);
        if (pending.server_.fault() != UrlFault::none || fault_of(pending.redirect_url_.expose()) != nullptr ||
            pending.state_name().empty() || detail::part(pending.url(), 0, page.size()) != page)
            return refuse("saved", "not a login of this version");
        return pending;
    }

  private:
    struct Saved {
        std::int64_t version;
        std::string base_url;
        Secret redirect_url, state, url;

        static constexpr auto fields =
            mxwire::fields(field::required<&Saved::version>("version"), field::required<&Saved::base_url>("base_url"),
                           field::required<&Saved::redirect_url>("redirect_url"),
                           field::required<&Saved::state>("state"), field::required<&Saved::url>("url"));
    };
    static constexpr std::int64_t version = 1;
    struct StateParameter {
        SecretView state;

        static constexpr auto fields = mxwire::fields(field::required_query<&StateParameter::state>("state"));
    };

    BasicPendingSso(Homeserver server, Secret redirect_url, Secret state)
        : server_(std::move(server)), redirect_url_(std::move(redirect_url)), state_(std::move(state)) {}

    /// What servers and browsers would not bring back as it is, or would read another way (SEC-73, reference trap 5.24).
    static const char* fault_of(std::string_view url) {
        for (const char c : url) {
            if (detail::byte(c) - 0x20u > 0x5e) return "not printable ASCII";
        }
        const detail::UrlParts parts = detail::split_url(url);
        if (parts.scheme.empty()) return "not an absolute URL";
        if (parts.is_http() && detail::part(parts.authority, 0, parts.authority.find(':')).empty())
            return "has no host";
        if (parts.authority.find('@') != std::string_view::npos) return "has userinfo";
        if (parts.authority.find('\\') != std::string_view::npos || parts.path.find('\\') != std::string_view::npos)
            return "has a backslash";
        if (!detail::is_query(parts.query) || !detail::percent_decode(parts.path, detail::Plus::kept))
            return "not well-formed";
        if (detail::ValueIterator(parts.query, "loginToken").next()) return "has a loginToken";
        return nullptr;
    }
    /// The name of the parameter that carries the state, as it stands in the redirect URL. Empty: there is none.
    std::string_view state_name() const {
        detail::QueryIterator parameters(detail::split_url(redirect_url_.expose()).query);
        for (detail::QueryParameter one; parameters.next(one);) {
            const std::optional<Secret> value = detail::percent_decode(one.value, detail::Plus::is_blank);
            if (value && *value == state_) return one.name;
        }
        return {};
    }
    void add_state() {
        const StateParameter parameter{SecretView{state_.expose()}};
        const detail::WriteTable& table = detail::UrlTablesOf<StateParameter>::query;
        detail::Writer measure{nullptr, 0};
        measure.query(table, &parameter);
        const std::string_view url = redirect_url_.expose(), head = detail::part(url, 0, url.find('#'));
        std::string made(url.size() + measure.position(), '\0');
        std::memcpy(made.data(), head.data(), head.size());
        detail::Writer writer{made.data() + head.size(), measure.position()};
        writer.query(table, &parameter);
        if (head.find('?') == std::string_view::npos) made[head.size()] = '?';
        std::memcpy(made.data() + head.size() + writer.position(), head.data() + head.size(), url.size() - head.size());
        redirect_url_ = Secret{std::move(made)};
    }
    static bool same_values(std::string_view a, std::string_view b, std::string_view name) {
        detail::ValueIterator left(a, name), right(b, name);
        for (;;) {
            const std::optional<Secret> x = left.next(), y = right.next();
            if (x != y) return false;
            if (!x) return true;
        }
    }
    void wipe_all() noexcept {
        state_ = Secret{};
        redirect_url_ = Secret{};
        url_ = Secret{};
    }
    static Failure refuse(std::string_view member, std::string_view why) {
        MatrixError error;
        error.operation = "sso_callback";
        error.member = member;
        error.message = std::string(why);
        return Failure{std::move(error)};
    }

    Homeserver server_;
    Secret redirect_url_, state_, url_;
};
using PendingSso = BasicPendingSso<Owned>;

MXWIRE_NAMESPACE_END

#endif
