// SPDX-License-Identifier: MIT
//
// 08_qt URL USER [CA_FILE]: logs in and out again over Qt's network manager. The password is in MXWIRE_PASSWORD.

#include "qt_transport.hpp"

#include <QtCore/QCoreApplication>

#include <cstdlib>

namespace {

// What is to be done, one callback after the other; each starts the next request.
class Visit {
  public:
    Visit(QtTransport& http, const char* url) : http_(http), server_(url) {}

    void log_in(const char* user, const char* password) {
        const mxwire::Login login{mxwire::Password{mxwire::UserId{user}, password}};
        mxwire::async_call(http_, server_, login, [this](mxwire::Result<mxwire::Login::Response> answer) {
            if (!answer) return end(answer.error());
            who_am_i(mxwire::Credentials{server_, answer->access_token});
        });
    }
    bool succeeded() const { return succeeded_; }

  private:
    void who_am_i(const mxwire::Credentials& session) {
        mxwire::async_call(http_, session, mxwire::GetTokenOwner{},
                           [this, session](mxwire::Result<mxwire::GetTokenOwner::Response> me) {
                               if (me) std::printf("logged in: %s\n", me->user_id.c_str());
                               log_out(session, me ? std::nullopt : std::optional{me.error()});
                           });
    }
    void log_out(const mxwire::Credentials& session, std::optional<mxwire::MatrixError> before) {
        mxwire::async_call(http_, session, mxwire::Logout{},
                           [this, before](mxwire::Result<mxwire::Logout::Response> answer) {
                               if (before || !answer) return end(before ? *before : answer.error());
                               succeeded_ = true;
                               QCoreApplication::quit();
                           });
    }
    void end(const mxwire::MatrixError& error) {
        (void)std::fprintf(stderr, "%s\n", mxwire::describe(error).c_str());
        QCoreApplication::quit();
    }

    QtTransport& http_;
    mxwire::Homeserver server_;
    bool succeeded_ = false;
};

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application{argc, argv};
    const char* const password = std::getenv("MXWIRE_PASSWORD");
    if (argc < 3 || password == nullptr) {
        (void)std::fprintf(stderr, "usage: MXWIRE_PASSWORD=... 08_qt URL USER [CA_FILE]\n");
        return 2;
    }
    QtTransport http;
    if (argc > 3) http.ca_file = QString::fromLocal8Bit(argv[3]);

    Visit visit{http, argv[1]};
    // Once the loop runs: what fails at once, quits it.
    QTimer::singleShot(0, [&] { visit.log_in(argv[2], password); });
    QCoreApplication::exec();
    return visit.succeeded() ? 0 : 1;
}
