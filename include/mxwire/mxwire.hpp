// SPDX-License-Identifier: MIT
#ifndef MXWIRE_MXWIRE_HPP
#define MXWIRE_MXWIRE_HPP

#include <mxwire/fwd.hpp>
#include <mxwire/session/get_login_flows.hpp>
#include <mxwire/session/get_token_owner.hpp>
#include <mxwire/session/get_versions.hpp>
#include <mxwire/session/login.hpp>
#include <mxwire/session/logout.hpp>
#include <mxwire/session/refresh.hpp>
#include <mxwire/transport.hpp>

#endif
