// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_AUTH_DATA_HPP
#define MXWIRE_TYPES_AUTH_DATA_HPP

#include <mxwire/types/password.hpp>

MXWIRE_NAMESPACE_BEGIN

/// m.login.recaptcha: what the captcha's page gave.
template <class S> struct BasicRecaptchaAuth {
    static constexpr char tag[] = "m.login.recaptcha";
    typename S::Secret response;

    static constexpr auto fields =
        mxwire::fields(field::constant("type", tag), field::required<&BasicRecaptchaAuth::response>("response"));
};

/// A third-party address whose validation has been asked for with one of the requestToken operations, and is done.
template <class S> struct BasicThreepidCreds {
    typename S::Text sid;
    typename S::Secret client_secret;
    std::optional<typename S::Text> id_server{}; ///< a host, perhaps with a port: if the request named one
    std::optional<typename S::Secret> id_access_token{};

    static constexpr auto fields =
        mxwire::fields(field::required<&BasicThreepidCreds::sid>("sid"),
                       field::required<&BasicThreepidCreds::client_secret>("client_secret"),
                       field::optional<&BasicThreepidCreds::id_server>("id_server"),
                       field::optional<&BasicThreepidCreds::id_access_token>("id_access_token"));
};

/// m.login.email.identity
template <class S> struct BasicEmailAuth {
    static constexpr char tag[] = "m.login.email.identity";
    BasicThreepidCreds<S> threepid_creds;

    static constexpr auto fields = mxwire::fields(field::constant("type", tag),
                                                  field::required<&BasicEmailAuth::threepid_creds>("threepid_creds"));
};

/// m.login.msisdn
template <class S> struct BasicMsisdnAuth {
    static constexpr char tag[] = "m.login.msisdn";
    BasicThreepidCreds<S> threepid_creds;

    static constexpr auto fields = mxwire::fields(field::constant("type", tag),
                                                  field::required<&BasicMsisdnAuth::threepid_creds>("threepid_creds"));
};

/// m.login.dummy: nothing to prove.
struct DummyAuth {
    static constexpr char tag[] = "m.login.dummy";
    static constexpr auto fields = mxwire::fields(field::constant("type", tag));
};

/// m.login.registration_token: for register alone; up to 64 characters. Since 1.2.
template <class S> struct BasicRegistrationTokenAuth {
    static constexpr char tag[] = "m.login.registration_token";
    typename S::Secret token;

    static constexpr auto fields =
        mxwire::fields(field::constant("type", tag), field::required<&BasicRegistrationTokenAuth::token>("token"));
};

/// m.login.terms: the user has accepted all policies of the challenge's params. For register alone. Since 1.11.
struct TermsAuth {
    static constexpr char tag[] = "m.login.terms";
    static constexpr auto fields = mxwire::fields(field::constant("type", tag));
};

/// A stage that was completed elsewhere, such as on the fallback page, with m.login.sso or with m.oauth: the session of
/// AuthData alone says so (reference rule U10). Since 1.3.
struct CompletedElsewhere {
    static constexpr auto fields = mxwire::fields();
};

/// A stage that the specification does not have, with members of its own.
template <class S> struct BasicCustomAuth {
    typename S::Text type;
    typename S::Members members{};

    static constexpr auto fields =
        mxwire::fields(field::open_tag<&BasicCustomAuth::type>("type"), field::rest<&BasicCustomAuth::members>());
};

/// https://spec.matrix.org/v1.19/client-server-api/#authentication-types
template <class S> using BasicAuthStage =
    std::variant<BasicPassword<S>, BasicRecaptchaAuth<S>, BasicEmailAuth<S>, BasicMsisdnAuth<S>, DummyAuth,
                 BasicRegistrationTokenAuth<S>, TermsAuth, CompletedElsewhere, BasicCustomAuth<S>>;

namespace detail {
template <class Stage> struct HasCompletedElsewhere : std::false_type {};
template <class... A> struct HasCompletedElsewhere<std::variant<A...>>
    : std::bool_constant<(false || ... || std::is_same_v<A, CompletedElsewhere>)> {};
/// A stage without a type is one that was completed elsewhere: there is nothing but the session to say so.
template <auto M, class C = ClassOf<M>> struct FlattenedStage : Flattened<M> {
    using Stage = TypeOf<M>;
    static const char* read_whole(Reader& r, const char* p, const ReadTable& table, void* object) {
        if constexpr (HasCompletedElsewhere<Stage>::value) {
            const char* const end = r.skip(p);
            if (end == nullptr) return nullptr;
            bool typed = false;
            for (const RawView::Element& element : RawView{{p, static_cast<std::size_t>(end - p)}}) {
                typed = typed || equals_unescaped(element.key, "type");
            }
            if (!typed) {
                (static_cast<C*>(object)->*M).template emplace<CompletedElsewhere>();
                return r.read_object(p, table, object);
            }
        }
        return Flattened<M>::read_whole(r, p, table, object);
    }
    static bool needs_session(const Stage& stage) {
        (void)stage;
        if constexpr (HasCompletedElsewhere<Stage>::value) {
            return std::holds_alternative<CompletedElsewhere>(stage);
        } else {
            return std::is_same_v<Stage, CompletedElsewhere>;
        }
    }
    static void write(Writer& w, const WriteField& f, const void* object) {
        const C& auth = *static_cast<const C*>(object);
        if (needs_session(auth.*M) && !auth.session) return w.fail(Fault::missing, ",\"session\"");
        WriteType<Stage>::write_flattened(w, f, &(auth.*M));
    }
    constexpr WriteField body_row() const {
        WriteField row = Flattened<M>::body_row();
        row.offset = 0;
        row.write = write;
        return row;
    }
};
} // namespace detail

/// The proof that an operation with user-interactive authentication asks for: the answer to one stage of a challenge
/// (MatrixError::challenge), and the challenge's session. Send it with the same request; the first request has none.
///
/// `Stage` can be one stage alone, such as BasicPassword<View, BasicUserId<View>>: then only that one is linked.
///
/// https://spec.matrix.org/v1.19/client-server-api/#user-interactive-api-in-the-rest-api
template <class S, class Stage = BasicAuthStage<S>> struct BasicAuthData {
    Stage stage;
    std::optional<typename S::Secret> session{}; ///< of the newest challenge; none if that had none

    static constexpr auto fields = mxwire::fields(detail::FlattenedStage<&BasicAuthData::stage>{},
                                                  field::optional<&BasicAuthData::session>("session"));
};

using RecaptchaAuth = BasicRecaptchaAuth<Owned>;
using ThreepidCreds = BasicThreepidCreds<Owned>;
using EmailAuth = BasicEmailAuth<Owned>;
using MsisdnAuth = BasicMsisdnAuth<Owned>;
using RegistrationTokenAuth = BasicRegistrationTokenAuth<Owned>;
using CustomAuth = BasicCustomAuth<Owned>;
using AuthStage = BasicAuthStage<Owned>;
using AuthData = BasicAuthData<Owned>;
using RecaptchaAuthView = BasicRecaptchaAuth<View>;
using ThreepidCredsView = BasicThreepidCreds<View>;
using EmailAuthView = BasicEmailAuth<View>;
using MsisdnAuthView = BasicMsisdnAuth<View>;
using RegistrationTokenAuthView = BasicRegistrationTokenAuth<View>;
using CustomAuthView = BasicCustomAuth<View>;
using AuthStageView = BasicAuthStage<View>;
using AuthDataView = BasicAuthData<View>;

MXWIRE_NAMESPACE_END

#endif
