// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_GET_WELLKNOWN_HPP
#define MXWIRE_SESSION_GET_WELLKNOWN_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/server_name.hpp>
#include <mxwire/types/well_known.hpp>

MXWIRE_NAMESPACE_BEGIN

/// GET /.well-known/matrix/client
///
/// Asks where the homeserver of a server name is: `prepare(GetWellknown{}, ServerName{"example.org"})`, or with
/// `ServerName::of("@alice:example.org")`. It goes to that host itself, by https and without a port or a token; the
/// answer is at most 64 KiB. Pass a Homeserver only to ask one that is known already. 404: there is nothing to
/// discover. What comes of any other answer is in the specification's table (reference rule D4). Redirects are not
/// followed: MatrixError::location. Allocates the members without a place of their own and the texts over the
/// small-string size.
///
/// https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixclient
template <class S> struct BasicGetWellknown {
    static constexpr EndpointInfo info{"getWellknown",  Method::get,    "/.well-known/matrix/client",
                                       Auth::none,      Body::none,     Body::object,
                                       RateLimited::no, Masquerade::no, 64 * 1024};
    using Storage = S;
    using Response = BasicWellKnown<S>;
};

using GetWellknown = BasicGetWellknown<Owned>;
using GetWellknownView = BasicGetWellknown<View>;
MXWIRE_INSTANTIATE(GetWellknown)

namespace detail {
inline void write_well_known(Writer& w, const Operation& op) {
    const std::string_view host = *static_cast<const std::string_view*>(op.endpoint);
    if (host.empty()) return w.fail(Fault::syntax, ",\"server_name\"");
    w.put(host);
    w.put(op.info().path());
}
inline constexpr UrlWriter well_known_url{write_well_known, &no_members, nullptr, &no_members};
template <class S> inline constexpr OperationTables well_known_tables_v{&packed_info_v<BasicGetWellknown<S>>,
                                                                        &no_members, &well_known_url};
template <class S> Operation well_known_of(const std::string_view& host) noexcept {
    return {&well_known_tables_v<S>, &host, Auth::none};
}
inline Destination the_host_itself() noexcept {
    Destination to;
    to.base_url = "https://";
    return to;
}
} // namespace detail

/// As prepare() for a Homeserver. What is no server name is an error of Stage::request.
template <class S, class Text>
[[nodiscard]] Result<Request> prepare(const BasicGetWellknown<S>&, const BasicServerName<Text>& server) {
    const std::string_view host = server.host();
    return detail::prepare_request<Owned>(detail::well_known_of<S>(host), detail::the_host_itself());
}
template <class S, class Text> [[nodiscard]] expected<RequestView, BasicMatrixError<View>>
prepare_into(char* out, std::size_t capacity, const BasicGetWellknown<S>&, const BasicServerName<Text>& server) {
    const std::string_view host = server.host();
    return detail::prepare_request<View>(out, capacity, detail::well_known_of<S>(host), detail::the_host_itself());
}
template <std::size_t N, class S, class Text> [[nodiscard]] expected<RequestView, BasicMatrixError<View>>
prepare_into(char (&out)[N], const BasicGetWellknown<S>& endpoint, const BasicServerName<Text>& server) {
    return prepare_into(out, N, endpoint, server);
}

MXWIRE_NAMESPACE_END

#endif
