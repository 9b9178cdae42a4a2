// SPDX-License-Identifier: MIT
//
// 10_byte_pipe URL USER: what a microcontroller does, with a socket of this machine in the place of its modem. Logs in,
// asks who it is and logs out; two buffers of static memory, no heap. The password is in MXWIRE_PASSWORD.

#include "pipe_transport.hpp"
#include "socket_pipe.hpp"

#include <cstdio>
#include <cstdlib>

namespace {

// The request is built in the one, the answer's body arrives in the other.
char out[1024], in[4096];

// One method alone: the others are not linked.
using Login = mxwire::BasicLogin<mxwire::View, mxwire::BasicPassword<mxwire::View, mxwire::BasicUserId<mxwire::View>>>;

void say(std::string_view text) { (void)!::write(STDOUT_FILENO, text.data(), text.size()); }

bool complain(std::string_view operation, std::string_view message) {
    say(operation);
    say(": ");
    say(message);
    say("\n");
    return false;
}

// One exchange: builds the request, sends it, hands the answer to `read`. False, and said why, where there was none.
template <class E, class Where, class Read> bool exchange(const E& endpoint, const Where& where, Read read) {
    const auto request = mxwire::prepare_into(out, endpoint, where);
    if (!request) return complain(E::info.operation_id, request.error().message);
    SocketPipe pipe{request->url(), std::chrono::seconds{30}};
    PipeTransport<SocketPipe> http{pipe, in, sizeof in};
    const PipeAnswer answer = http(*request);
    mxwire::wipe(out, sizeof out);
    if (!answer) return complain(E::info.operation_id, answer.fault);
    const auto result = mxwire::parse_in_place<E>(answer.status, {answer.body, answer.size}, answer.headers());
    if (!result) {
        // A server's sentences are no part of a log.
        const std::string_view code = result.error().code.text();
        return complain(E::info.operation_id, code.empty() ? "an answer that is none of Matrix" : code);
    }
    read(*result);
    mxwire::wipe(in, sizeof in);
    return true;
}

} // namespace

int main(int argc, char** argv) {
    const char* const password = std::getenv("MXWIRE_PASSWORD");
    if (argc != 3 || password == nullptr) return !complain("usage", "MXWIRE_PASSWORD=... 10_byte_pipe URL USER");
    const mxwire::HomeserverView server{argv[1]};
    const Login login{{{std::string_view{argv[2]}}, std::string_view{password}}};
    mxwire::FixedText<96> token;
    bool good = true;
    const auto keep = [&](const Login::Response& response) { good = token.try_assign(response.access_token.expose()); };
    if (!exchange(login, server, keep) || !good) return 1;

    const mxwire::CredentialsView session{server, token.view()};
    const bool known = exchange(mxwire::GetTokenOwnerView{}, session, [](const auto& owner) {
        say("logged in: ");
        say(owner.user_id);
        say("\n");
    });
    const bool out_again = exchange(mxwire::LogoutView{}, session, [](const auto&) {});
    mxwire::wipe(&token, sizeof token);
    return known && out_again ? 0 : 1;
}
