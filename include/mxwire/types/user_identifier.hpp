// SPDX-License-Identifier: MIT
#ifndef MXWIRE_TYPES_USER_IDENTIFIER_HPP
#define MXWIRE_TYPES_USER_IDENTIFIER_HPP

#include <mxwire/json/read.hpp>
#include <mxwire/json/write.hpp>

MXWIRE_NAMESPACE_BEGIN

/// m.id.user: a full user ID or its localpart. The server may normalise it: take the user_id of its answer.
template <class S> struct BasicUserId {
    static constexpr char tag[] = "m.id.user";
    typename S::Text user;

    static constexpr auto fields =
        mxwire::fields(field::constant("type", tag), field::required<&BasicUserId::user>("user"));
};

/// m.id.thirdparty: an address in its canonical form (reference rule I9), for medium "email" or "msisdn".
template <class S> struct BasicThirdPartyId {
    static constexpr char tag[] = "m.id.thirdparty";
    typename S::Text medium;
    typename S::Text address;

    static constexpr auto fields =
        mxwire::fields(field::constant("type", tag), field::required<&BasicThirdPartyId::medium>("medium"),
                       field::required<&BasicThirdPartyId::address>("address"));
};

/// m.id.phone: a phone number as typed, with its country (ISO 3166-1 alpha-2, upper case).
template <class S> struct BasicPhone {
    static constexpr char tag[] = "m.id.phone";
    typename S::Text country;
    typename S::Text phone;

    static constexpr auto fields =
        mxwire::fields(field::constant("type", tag), field::required<&BasicPhone::country>("country"),
                       field::required<&BasicPhone::phone>("phone"));
};

/// An identifier of a type that the specification does not have, with members of its own.
template <class S> struct BasicCustomIdentifier {
    typename S::Text type;
    typename S::Members members{};

    static constexpr auto fields = mxwire::fields(field::open_tag<&BasicCustomIdentifier::type>("type"),
                                                  field::rest<&BasicCustomIdentifier::members>());
};

/// https://spec.matrix.org/v1.19/client-server-api/#identifier-types
template <class S> using BasicUserIdentifier =
    std::variant<BasicUserId<S>, BasicThirdPartyId<S>, BasicPhone<S>, BasicCustomIdentifier<S>>;

using UserId = BasicUserId<Owned>;
using ThirdPartyId = BasicThirdPartyId<Owned>;
using Phone = BasicPhone<Owned>;
using CustomIdentifier = BasicCustomIdentifier<Owned>;
using UserIdentifier = BasicUserIdentifier<Owned>;
using UserIdView = BasicUserId<View>;
using ThirdPartyIdView = BasicThirdPartyId<View>;
using PhoneView = BasicPhone<View>;
using CustomIdentifierView = BasicCustomIdentifier<View>;
using UserIdentifierView = BasicUserIdentifier<View>;

MXWIRE_NAMESPACE_END

#endif
