// SPDX-License-Identifier: MIT
//
// 09_beast URL USER [CA_FILE]: logs in and out again in a C++20 coroutine over Boost.Beast. The password is in
// MXWIRE_PASSWORD. Each step is the seam itself: prepare, co_await, parse.

#include "beast_transport.hpp"

#include <cstdlib>

namespace {

// The three lines, for all endpoints at once. By value, as a coroutine outlives what its caller refers to.
template <class E, class Where>
boost::asio::awaitable<mxwire::ResultOf<E>> ask(BeastTransport& http, Where where, E endpoint) {
    auto request = mxwire::prepare(endpoint, where);
    mxwire::Result<mxwire::Response> answer{mxwire::unexpect, mxwire::MatrixError{}};
    if (request) {
        answer = co_await http.send(std::move(*request));
    } else {
        answer = mxwire::Failure{request.error()};
    }
    co_return mxwire::parse<E>(std::move(answer));
}

int complain(const mxwire::MatrixError& error) {
    (void)std::fprintf(stderr, "%s\n", mxwire::describe(error).c_str());
    return 1;
}

boost::asio::awaitable<int> visit(BeastTransport& http, mxwire::Homeserver server, std::string user,
                                  mxwire::Secret password) {
    // With a name: g++ 12 destroys braced temporaries of an expression with co_await twice.
    const mxwire::Login with_password{mxwire::Password{mxwire::UserId{user}, password}};
    const auto login = co_await ask(http, server, with_password);
    if (!login) co_return complain(login.error());
    const mxwire::Credentials session{server, login->access_token};

    const mxwire::GetTokenOwner whoami{};
    const auto me = co_await ask(http, session, whoami);
    if (me) std::printf("logged in: %s\n", me->user_id.c_str());
    const mxwire::Logout log_out{};
    const auto logout = co_await ask(http, session, log_out);
    if (!me) co_return complain(me.error());
    if (!logout) co_return complain(logout.error());
    co_return 0;
}

} // namespace

int main(int argc, char** argv) {
    const char* const password = std::getenv("MXWIRE_PASSWORD");
    if (argc < 3 || password == nullptr) {
        (void)std::fprintf(stderr, "usage: MXWIRE_PASSWORD=... 09_beast URL USER [CA_FILE]\n");
        return 2;
    }
    boost::asio::io_context loop;
    BeastTransport http{loop.get_executor()};
    if (argc > 3) http.ca_file = argv[3];
    int status = 1;
    boost::asio::co_spawn(loop, visit(http, mxwire::Homeserver{argv[1]}, argv[2], mxwire::Secret{password}),
                          [&](const std::exception_ptr& thrown, int result) { status = thrown ? 1 : result; });
    loop.run();
    return status;
}
