// SPDX-License-Identifier: MIT
#ifndef MXWIRE_SESSION_GET_AUTH_METADATA_HPP
#define MXWIRE_SESSION_GET_AUTH_METADATA_HPP

#include <mxwire/endpoint.hpp>
#include <mxwire/types/auth_metadata.hpp>

MXWIRE_NAMESPACE_BEGIN

/// GET /_matrix/client/v1/auth_metadata
///
/// Asks whether the server has the OAuth 2.0 API, and for the metadata of that. Since 1.15. 404 M_UNRECOGNIZED
/// (is_unsupported()): it has not. Keep the answer as long as its HTTP caching headers allow. Allocates the lists and
/// the texts over the small-string size.
///
/// https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1auth_metadata
template <class S> struct BasicGetAuthMetadata {
    static constexpr EndpointInfo info{"getAuthMetadata", Method::get, "/_matrix/client/v1/auth_metadata", Auth::none};
    using Storage = S;
    using Response = BasicAuthMetadata<S>;
};

using GetAuthMetadata = BasicGetAuthMetadata<Owned>;
using GetAuthMetadataView = BasicGetAuthMetadata<View>;
MXWIRE_INSTANTIATE(GetAuthMetadata)

MXWIRE_NAMESPACE_END

#endif
