// SPDX-License-Identifier: MIT
#ifndef MXWIRE_EXPECTED_HPP
#define MXWIRE_EXPECTED_HPP

#include <mxwire/config.hpp>

#if MXWIRE_USE_STD_EXPECTED
#if __has_include(<expected>)
#include <expected>
#endif
#if !defined(__cpp_lib_expected) || __cpp_lib_expected < 202211L
#error "MXWIRE_USE_STD_EXPECTED=1 needs std::expected with its monadic operations (libstdc++ 13, libc++ 17)"
#endif
#else
#include <tl/expected.hpp>
#endif

MXWIRE_NAMESPACE_BEGIN

#if MXWIRE_USE_STD_EXPECTED
template <class T, class E> using expected = std::expected<T, E>;
template <class E> using unexpected = std::unexpected<E>;
using std::unexpect;
#else
template <class T, class E> using expected = tl::expected<T, E>;
template <class E> using unexpected = tl::unexpected<E>;
using tl::unexpect;
#endif

MXWIRE_NAMESPACE_END

#endif
