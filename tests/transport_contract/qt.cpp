// SPDX-License-Identifier: MIT
//
// Holds the example's Qt transport against the contract: an example of a transport whose loop is not its own.

#include "qt_transport.hpp"
#include "transport_contract.hpp"

#include <QtCore/QCoreApplication>

namespace {

// What the checks take for the transport: it with its loop, and poll() to turn it.
class WithLoop {
  public:
    QtTransport transport{};

    template <class Completion> void operator()(mxwire::Request request, Completion completion) {
        transport(std::move(request), std::move(completion));
    }
    void poll() {
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 5);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // as the loop itself does
    }
    void cancel() { transport.cancel(); }
};

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application{argc, argv};
    mxwire::contract::Options options;
    if (argc > 1) options.only = argv[1];
    const auto make = [](const mxwire::contract::Settings& wanted) {
        auto made = std::make_unique<WithLoop>();
        made->transport.timeout = wanted.timeout;
        made->transport.max_answer = wanted.max_answer;
        made->transport.log = wanted.log;
        return made;
    };
    return mxwire::contract::check(make, options).exit_code();
}
