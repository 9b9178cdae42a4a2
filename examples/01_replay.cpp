// SPDX-License-Identifier: MIT
//
// What "without I/O" means. A request is a value that is built, an answer is bytes that are read: nothing in between is
// this library's. Here nothing is in between: the answers were written down beforehand, and no socket is ever opened.

#include <mxwire/mxwire.hpp>

#include <iostream>

namespace {

struct Recorded {
    int status;
    std::vector<std::pair<std::string, std::string>> headers; // or a map, or whatever your HTTP stack has
    std::string body;
};

void replay(const Recorded& answer) {
    const auto login = mxwire::parse<mxwire::Login>(answer.status, answer.body, answer.headers);
    if (login) {
        std::cout << "logged in as " << login->user_id << " on " << login->device_id << '\n';
    } else {
        std::cout << mxwire::describe(login.error()) << '\n';
    }
}

} // namespace

int main() {
    const mxwire::Homeserver server{"https://matrix.example.org"};
    mxwire::Login login{mxwire::Password{mxwire::UserId{"alice"}, "wonderland"}};
    login.device_id = "KITCHEN";

    const auto request = mxwire::prepare(login, server);
    if (!request) return 1;
    std::cout << mxwire::to_string(request->method()) << ' ' << request->url() << '\n';
    for (const mxwire::Header& field : request->headers()) {
        std::cout << field.name << ": " << (field.sensitive ? "(withheld)" : field.value) << '\n';
    }
    // Printed because everybody knows this password. A log gets mxwire::describe(*request).
    std::cout << request->body() << '\n';

    replay({200, {}, R"({"user_id":"@alice:example.org","access_token":"abc123","device_id":"KITCHEN"})"});
    replay({403, {}, R"({"errcode":"M_FORBIDDEN","error":"Invalid username or password"})"});
    replay({429, {{"Retry-After", "2"}}, R"({"errcode":"M_LIMIT_EXCEEDED","error":"Too many requests"})"});
    replay({502, {{"Content-Type", "text/html"}}, "<html>Bad gateway</html>"});
    replay({200, {}, R"({"user_id":"@alice:example.org","device_id":"KITCHEN"})"});
    return 0;
}
