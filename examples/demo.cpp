// SPDX-License-Identifier: MIT
//
// mxwire_demo --server URL --user NAME: a session's life on a homeserver, from the login flows to a token that is no
// longer worth anything. Each exchange is a line out and a line back, without its secrets.

#include "curl_transport.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

namespace {

constexpr const char* usage = "usage: mxwire_demo --server URL --user NAME [--allow-insecure-http]\n"
                              "The password is in MXWIRE_PASSWORD, or it is asked for.\n";
constexpr std::chrono::milliseconds patience{std::chrono::seconds{60}};

// What a server says goes to a terminal: printable ASCII, and not without end.
std::string printable(std::string_view text) {
    std::string safe{text.substr(0, 200)};
    for (char& c : safe) {
        if (c < ' ' || c > '~') c = '?';
    }
    return safe;
}

// --- the password ----------------------------------------------------------------------------------------------------

void interrupt(int) {}

// A line typed at the terminal, unseen. Ctrl-C must not leave the terminal without its echo, so it only ends the read
// here and is raised again afterwards.
std::optional<mxwire::Secret> ask(const char* prompt) {
    const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    termios before{};
    if (terminal < 0 || tcgetattr(terminal, &before) != 0) return std::nullopt;
    using Action = struct sigaction; // a function has the same name
    Action ended{}, old{};
    ended.sa_handler = interrupt; // without SA_RESTART
    sigaction(SIGINT, &ended, &old);
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(terminal, TCSAFLUSH, &quiet);
    char line[1024];
    const bool asked = write(terminal, prompt, std::strlen(prompt)) >= 0;
    const ssize_t size = asked ? read(terminal, line, sizeof line) : -1; // one line: terminals hand out no less
    const bool interrupted = size < 0 && errno == EINTR;
    tcsetattr(terminal, TCSAFLUSH, &before);
    const bool closed = write(terminal, "\n", 1) >= 0;
    close(terminal);
    sigaction(SIGINT, &old, nullptr);
    if (interrupted) kill(getpid(), SIGINT);
    std::optional<mxwire::Secret> password;
    if (closed && size > 1 && line[size - 1] == '\n') {
        password.emplace(std::string_view{line, static_cast<std::size_t>(size - 1)});
    }
    mxwire::wipe(line, sizeof line);
    return password;
}

// --- what an answer says, for people ---------------------------------------------------------------------------------

std::string summary(const mxwire::LoginFlows& answer) {
    std::string text;
    for (const mxwire::LoginFlow& flow : answer.flows) {
        text += (text.empty() ? "" : ", ") + printable(flow.type.text());
        if (!flow.identity_providers.empty()) {
            text += " (" + std::to_string(flow.identity_providers.size()) + " providers)";
        }
    }
    return text;
}
std::string summary(const mxwire::LoginResponse& answer) {
    std::string text = "user " + printable(answer.user_id) + ", device " + printable(answer.device_id);
    text += ", access token withheld";
    if (answer.expires_in) text += ", good for " + std::to_string(answer.expires_in->count() / 1000) + " s";
    if (answer.refresh_token) text += ", refresh token withheld";
    if (answer.well_known) text += ", points to " + printable(answer.well_known->homeserver.base_url);
    return text;
}
std::string summary(const mxwire::TokenOwner& answer) {
    return "user " + printable(answer.user_id) + ", device " + printable(answer.device_id.value_or("none"));
}
std::string summary(const mxwire::Logout::Response&) { return "the token is no longer good"; }

// --- the conversation ------------------------------------------------------------------------------------------------

class Demo {
  public:
    // The whole of an exchange: build, send, read. Where the server is busy, it is asked once more after the delay that
    // it names. The same as mxwire::call, but for the lines in between.
    template <class E, class Where>
    mxwire::ResultOf<E> exchange(const char* title, const Where& where, const E& endpoint) {
        std::printf("\n%s\n", title);
        for (bool again = true;; again = false) {
            const mxwire::Result<mxwire::Request> request = mxwire::prepare(endpoint, where);
            if (!request) return tell<E>(0, mxwire::ResultOf<E>{mxwire::Failure{request.error()}});
            bool authorized = false;
            for (const mxwire::Header& field : request->headers()) authorized = authorized || field.sensitive;
            std::printf("  -> %s%s\n", mxwire::describe(*request).c_str(), authorized ? ", access token withheld" : "");
            const mxwire::Result<mxwire::Response> response = transport_(*request);
            mxwire::ResultOf<E> result = tell<E>(response ? response->status() : 0, mxwire::parse<E>(response));
            if (result || !again || result.error().code != mxwire::ErrorCode::limit_exceeded) return result;
            const auto delay = result.error().retry_after;
            if (!delay || *delay > patience) return result;
            std::this_thread::sleep_for(*delay);
        }
    }
    void expect(bool good, const char* what) {
        if (good) return;
        std::printf("  !! expected: %s\n", what);
        good_ = false;
    }
    template <class T>
    void expect_error(const mxwire::Result<T>& result, int status, mxwire::ErrorCode code, const char* what) {
        expect(!result && result.error().status == status && result.error().code == code, what);
    }
    bool good() const { return good_; }

  private:
    template <class E> mxwire::ResultOf<E> tell(int status, mxwire::ResultOf<E> result) {
        if (result) {
            std::printf("  <- %d, %s\n", status, summary(*result).c_str());
        } else {
            const mxwire::MatrixError& error = result.error();
            std::printf("  <- %s", mxwire::describe(error).c_str());
            // The transport's own words. A homeserver's could be anything, what it was sent included.
            if (error.stage == mxwire::Stage::transport) std::printf(": %s", error.message.c_str());
            if (error.soft_logout.has_value()) std::printf(", %s logout", error.soft_logout ? "soft" : "hard");
            std::printf("\n");
        }
        return result;
    }

    CurlTransport transport_;
    bool good_ = true;
};

void run(Demo& demo, const mxwire::Homeserver& server, const std::string& user, const mxwire::Secret& password) {
    using mxwire::ErrorCode;

    const auto offered = demo.exchange("Which ways to log in are there?", server, mxwire::GetLoginFlows{});
    demo.expect(offered.has_value(), "login flows");
    if (!offered) return;
    bool by_password = false;
    for (const mxwire::LoginFlow& flow : offered->flows) {
        by_password = by_password || flow.type == mxwire::LoginType::password;
    }
    demo.expect(by_password, "a login by password, which is what this demonstration knows");
    if (!by_password) return;

    mxwire::Login wish{mxwire::Password{mxwire::UserId{user}, password}};
    wish.initial_device_display_name = "mxwire demo";
    wish.refresh_token = true;
    const auto login = demo.exchange("Log in, as a client that can refresh", server, wish);
    demo.expect(login.has_value(), "a session");
    if (!login) return;
    const mxwire::Credentials session{server, login->access_token};

    const auto me = demo.exchange("Whose token is it?", session, mxwire::GetTokenOwner{});
    demo.expect(me && me->user_id == login->user_id && me->device_id == login->device_id,
                "user and device of the login");

    const mxwire::Login mistyped{mxwire::Password{mxwire::UserId{user}, "not the password"}};
    demo.expect_error(demo.exchange("Log in with a wrong password", server, mistyped), 403, ErrorCode::forbidden,
                      "403 M_FORBIDDEN");

    const mxwire::Credentials foreign{server, "a_token_of_nobody"};
    demo.expect_error(demo.exchange("Ask with a token that the server does not know", foreign, mxwire::GetTokenOwner{}),
                      401, ErrorCode::unknown_token, "401 M_UNKNOWN_TOKEN");

    const auto logout = demo.exchange("Log out", session, mxwire::Logout{});
    demo.expect(logout.has_value(), "the end of the session");

    demo.expect_error(demo.exchange("Ask once more", session, mxwire::GetTokenOwner{}), 401, ErrorCode::unknown_token,
                      "401 M_UNKNOWN_TOKEN");
}

} // namespace

int main(int argc, char** argv) {
    std::string url, user;
    bool insecure = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--allow-insecure-http") {
            insecure = true;
        } else if ((option == "--server" || option == "--user") && i + 1 < argc) {
            (option == "--server" ? url : user) = argv[++i];
        } else {
            (void)std::fprintf(option == "--help" ? stdout : stderr, "%s", usage);
            return option == "--help" ? 0 : 2;
        }
    }
    if (url.empty() || user.empty()) {
        (void)std::fprintf(stderr, "%s", usage);
        return 2;
    }
    const char* const given = std::getenv("MXWIRE_PASSWORD");
    const std::optional<mxwire::Secret> password = given != nullptr ? mxwire::Secret{given} : ask("Password: ");
    if (!password) {
        (void)std::fprintf(stderr,
                           "mxwire_demo: there is no password, neither in MXWIRE_PASSWORD nor from a terminal\n");
        return 2;
    }
    const mxwire::Homeserver server =
        insecure ? mxwire::Homeserver{url, mxwire::allow_insecure_http} : mxwire::Homeserver{url};

    // A line at a time, also into a pipe: who watches wants to see where it waits.
    if (std::setvbuf(stdout, nullptr, _IOLBF, 0) != 0) return 2;
    Demo demo;
    run(demo, server, user, *password);
    std::puts(demo.good() ? "\nEverything went as expected." : "\nNot everything went as expected.");
    return demo.good() ? 0 : 1;
}
