// SPDX-License-Identifier: MIT
// Every operation in every storage policy, built, parsed and called: the object that symbols.py looks at.
#include <mxwire/mxwire.hpp>

namespace {

struct Transport {
    mxwire::Response answer;
    mxwire::Result<mxwire::Response> operator()(const mxwire::Request&) const { return answer; }
};

struct Input {
    const mxwire::Credentials& credentials;
    const mxwire::CredentialsView& view;
    std::string body;
    char* buffer;
    std::size_t size;
};

template <class Endpoint> std::size_t parse_one(const Input& in) {
    std::size_t good = mxwire::parse<Endpoint>(200, in.body) ? 1u : 0u;
    if constexpr (!std::is_same_v<mxwire::StorageOf<Endpoint>, mxwire::Owned>) {
        const auto result = mxwire::parse_in_place<Endpoint>(200, {in.buffer, in.size});
        good += result ? 1u : mxwire::describe_into(in.buffer, in.size, result.error());
        good += mxwire::prepare_into(in.buffer, in.size, Endpoint{}, in.view) ? 1u : 0u;
    }
    return good;
}

template <template <class...> class Endpoint> std::size_t use(const Input& in) {
    using Owned = Endpoint<mxwire::Owned>;
    std::size_t good =
        parse_one<Owned>(in) + parse_one<Endpoint<mxwire::View>>(in) + parse_one<Endpoint<mxwire::Fixed<256, 8>>>(in);
    if (const auto request = mxwire::prepare(Owned{}, in.credentials)) good += mxwire::describe(*request).size();
    const auto called = mxwire::call(Transport{mxwire::Response{200, in.body}}, in.credentials, Owned{});
    return good + (called ? 1u : mxwire::describe(called.error()).size());
}

} // namespace

std::size_t use_everything(const mxwire::Credentials& credentials, const mxwire::CredentialsView& view, char* buffer,
                           std::size_t size);
std::size_t use_everything(const mxwire::Credentials& credentials, const mxwire::CredentialsView& view, char* buffer,
                           std::size_t size) {
    const Input in{credentials, view, std::string(buffer, size), buffer, size};
    std::size_t good = 0;
#define MXWIRE_OPERATION(type, id) good += use<mxwire::Basic##type>(in);
#include <mxwire_operations.inc>
#undef MXWIRE_OPERATION
    const mxwire::ServerNameView name{{buffer, size}};
    good += mxwire::prepare(mxwire::GetWellknown{}, name) ? 1u : 0u;
    good += mxwire::prepare_into(buffer, size, mxwire::GetWellknownView{}, name) ? 1u : 0u;
    auto sso = mxwire::PendingSso::begin(credentials.server, in.body, credentials.access_token);
    if (sso) sso = mxwire::PendingSso::restore(sso->save().expose());
    if (sso) good += sso->url().size() + (sso->finish(in.body) ? 1u : 0u);
    return good;
}
