// SPDX-License-Identifier: MIT
#ifndef MXWIRE_MXWIRE_HPP
#define MXWIRE_MXWIRE_HPP

#include <mxwire/flow/sso.hpp>
#include <mxwire/fwd.hpp>
#include <mxwire/session/change_password.hpp>
#include <mxwire/session/check_username_availability.hpp>
#include <mxwire/session/deactivate_account.hpp>
#include <mxwire/session/delete_device.hpp>
#include <mxwire/session/delete_devices.hpp>
#include <mxwire/session/generate_login_token.hpp>
#include <mxwire/session/get_auth_metadata.hpp>
#include <mxwire/session/get_capabilities.hpp>
#include <mxwire/session/get_device.hpp>
#include <mxwire/session/get_devices.hpp>
#include <mxwire/session/get_login_flows.hpp>
#include <mxwire/session/get_token_owner.hpp>
#include <mxwire/session/get_versions.hpp>
#include <mxwire/session/get_wellknown.hpp>
#include <mxwire/session/login.hpp>
#include <mxwire/session/login_fallback.hpp>
#include <mxwire/session/logout.hpp>
#include <mxwire/session/logout_all.hpp>
#include <mxwire/session/redirect_to_idp.hpp>
#include <mxwire/session/redirect_to_sso.hpp>
#include <mxwire/session/refresh.hpp>
#include <mxwire/session/register.hpp>
#include <mxwire/session/registration_token_validity.hpp>
#include <mxwire/session/request_token_to_register_email.hpp>
#include <mxwire/session/request_token_to_register_msisdn.hpp>
#include <mxwire/session/request_token_to_reset_password_email.hpp>
#include <mxwire/session/request_token_to_reset_password_msisdn.hpp>
#include <mxwire/session/uia_fallback.hpp>
#include <mxwire/session/update_device.hpp>
#include <mxwire/transport.hpp>

#endif

#if defined(MXWIRE_IMPLEMENTATION) && !MXWIRE_DEFINITIONS
#error "MXWIRE_IMPLEMENTATION comes too late: something included the library before it was defined"
#endif
