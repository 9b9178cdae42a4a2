// SPDX-License-Identifier: MIT
#ifndef MXWIRE_FWD_HPP
#define MXWIRE_FWD_HPP

#include <mxwire/config.hpp>

#include <string>
#include <string_view>

// The types that stand in the interfaces of programs, for headers that only name them: the namespace has an inline
// part, so that a program's own forward declarations would name something else. Operations are declared by their own
// headers.

MXWIRE_NAMESPACE_BEGIN

struct Owned;
template <std::size_t M> struct BasicView;
using View = BasicView<8>;
template <std::size_t N, std::size_t M> struct Fixed;
template <std::size_t N> class FixedText;
template <class T, std::size_t M> class FixedList;
template <class T> class Slices;
class Flag;

template <class Text> class BasicSecret;
using Secret = BasicSecret<std::string>;
using SecretView = BasicSecret<std::string_view>;

template <class Text> class BasicRawJson;
using RawJson = BasicRawJson<std::string>;
class RawView;

template <class Text> class BasicRequest;
using Request = BasicRequest<std::string>;
using RequestView = BasicRequest<std::string_view>;
class Response;
struct Header;
struct Limits;

template <class S> struct BasicMatrixError;
using MatrixError = BasicMatrixError<Owned>;
template <class S> struct BasicUiaChallenge;
using UiaChallenge = BasicUiaChallenge<Owned>;

struct EndpointInfo;
template <class Text> class BasicHomeserver;
using Homeserver = BasicHomeserver<std::string>;
using HomeserverView = BasicHomeserver<std::string_view>;
template <class S> struct BasicCredentials;
using Credentials = BasicCredentials<Owned>;
using CredentialsView = BasicCredentials<View>;

MXWIRE_NAMESPACE_END

#endif
