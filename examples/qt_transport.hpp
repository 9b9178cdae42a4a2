// SPDX-License-Identifier: MIT
//
// An asynchronous transport on Qt's QNetworkAccessManager and its signals, free to copy. It belongs to its thread, and
// completions run in that thread's event loop. Qt's own copies of a secret are freed, not wiped.
#pragma once

#include <mxwire/mxwire.hpp>

#include <QtCore/QIODevice>
#include <QtCore/QSet>
#include <QtCore/QTimer>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkCookieJar>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>
#include <QtNetwork/QSslConfiguration>

#include <cstdio>
#include <memory>

class QtTransport {
  public:
    std::chrono::milliseconds timeout{std::chrono::seconds{30}}; // for the whole exchange
    std::size_t max_answer = 1'048'576;                          // bytes of the body
    std::FILE* log = nullptr;                                    // gets a line for each request, without its secrets
    QString ca_file{};                                           // PEM; empty: the certificates of this machine

    QtTransport() = default;
    QtTransport(const QtTransport&) = delete;
    QtTransport& operator=(const QtTransport&) = delete;
    ~QtTransport() { cancel(); }

    template <class Completion> void operator()(mxwire::Request request, Completion completion) {
        if (log != nullptr) (void)std::fprintf(log, "%s\n", mxwire::describe(request).c_str());
        const QByteArray text{request.url().data(), static_cast<int>(request.url().size())};
        const QUrl url = QUrl::fromEncoded(text, QUrl::StrictMode);
        // QUrl has a spelling of its own for some escapes.
        if (url.toEncoded() != text) return completion(mxwire::transport_error(0, "Qt would ask for another URL"));
        start(new JobOf<Completion>{*this, std::move(request), std::move(completion)}, url);
    }

    void cancel() {
        // What its completions send is not cancelled.
        for (Job* const job : QSet<Job*>{jobs_}) job->end(mxwire::transport_error(0, "cancelled"));
    }

  private:
    // What can be read once only, cannot be sent again: Qt would, where a connection dies.
    class Once final : public QIODevice {
      public:
        explicit Once(std::string_view bytes) : left_(bytes) { open(QIODevice::ReadOnly | QIODevice::Unbuffered); }
        bool isSequential() const override { return true; }
        qint64 bytesAvailable() const override { return static_cast<qint64>(left_.size()); }
        bool atEnd() const override { return left_.empty(); }
        bool seek(qint64) override { return false; }

      private:
        qint64 readData(char* out, qint64 most) override {
            const std::size_t size = left_.copy(out, static_cast<std::size_t>(most));
            left_.remove_prefix(size);
            return static_cast<qint64>(size);
        }
        qint64 writeData(const char*, qint64) override { return -1; }
        std::string_view left_;
    };

    // Deletes itself in end().
    struct Job {
        Job(QtTransport& owner, mxwire::Request sent)
            : transport(owner), request(std::move(sent)), body(request.body()) {}
        Job(const Job&) = delete;
        Job& operator=(const Job&) = delete;
        virtual ~Job() = default;
        virtual void complete(mxwire::Result<mxwire::Response> result) = 0;

        // False, and this is gone, if it is too large.
        bool read() {
            const QByteArray bytes = reply->readAll();
            if (static_cast<std::size_t>(bytes.size()) > transport.max_answer - received.size()) {
                end(mxwire::transport_error(0, "the answer is larger than this transport takes"));
                return false;
            }
            received.append(bytes.constData(), static_cast<std::size_t>(bytes.size()));
            return true;
        }
        void finish() {
            if (!read()) return; // what is left
            const int error = reply->error();
            const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
            // From 201 on most errors stand for a status; below, no whole answer has come. Their text may have the URL.
            // That it could not send the body again is what Qt says of a 307 that it is told not to follow, and where an
            // answer and the end of its connection come at once: that one is whole if nothing says that it is not.
            const bool resend = error == QNetworkReply::ContentReSendError;
            const bool ends_here =
                !reply->hasRawHeader("Transfer-Encoding") &&
                (!reply->hasRawHeader("Content-Length") ||
                 reply->header(QNetworkRequest::ContentLengthHeader).toULongLong() == received.size());
            const bool whole =
                error == QNetworkReply::NoError || (resend && (status / 100 == 3 || ends_here)) ||
                (error >= QNetworkReply::ContentAccessDenied && !resend &&
                 error != QNetworkReply::ProtocolUnknownError && error != QNetworkReply::ProtocolFailure);
            if (status == 0 || !whole) return end(mxwire::transport_error(error, "no answer, or one that is cut"));
            std::vector<std::pair<std::string, std::string>> headers;
            for (const auto& [name, value] : reply->rawHeaderPairs()) {
                // Qt puts repeated headers together. The first counts; a date has a comma of its own.
                const int comma = value.indexOf(", ", value.size() > 3 && value[3] == ',' ? 5 : 0);
                const bool is_one = comma < 0 || name.toLower() == "location";
                headers.emplace_back(name.toStdString(), (is_one ? value : value.left(comma)).toStdString());
            }
            end(mxwire::Response{status, headers, std::move(received)});
        }
        void end(mxwire::Result<mxwire::Response> result) {
            const std::unique_ptr<Job> self{this};
            transport.jobs_.remove(this);
            // This may run inside one of its signals.
            reply->disconnect();
            timer.disconnect();
            if (reply->isRunning()) reply->abort();
            reply->deleteLater();
            network.release()->deleteLater();
            complete(std::move(result));
        }

        QtTransport& transport;
        const mxwire::Request request;
        Once body;
        std::string received{};
        QTimer timer{};
        // One for each request: the connections, cookies and tokens of others are not in it.
        std::unique_ptr<QNetworkAccessManager> network = std::make_unique<QNetworkAccessManager>();
        QNetworkReply* reply = nullptr;
    };
    template <class Completion> struct JobOf final : Job {
        JobOf(QtTransport& owner, mxwire::Request sent, Completion then)
            : Job(owner, std::move(sent)), completion(std::move(then)) {}
        void complete(mxwire::Result<mxwire::Response> result) override { completion(std::move(result)); }

        Completion completion;
    };

    void start(Job* job, const QUrl& url) {
        QNetworkRequest question{url};
        question.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        question.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        question.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
        question.setRawHeader("Accept-Encoding", "identity"); // what Qt unpacks, it bounds too late
        if (!ca_file.isEmpty()) {
            QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
            tls.setCaCertificates(QSslCertificate::fromPath(ca_file));
            question.setSslConfiguration(tls);
        }
        for (const mxwire::Header& field : job->request.headers()) {
            question.setRawHeader(QByteArray{field.name.data(), static_cast<int>(field.name.size())},
                                  QByteArray{field.value.data(), static_cast<int>(field.value.size())});
        }
        // One without a body has an empty one, so that a GET is not sent again either.
        question.setHeader(QNetworkRequest::ContentLengthHeader, static_cast<qint64>(job->request.body().size()));
        job->reply =
            job->network->sendCustomRequest(question, mxwire::to_string(job->request.method()).data(), &job->body);
        // So that no more arrives than is read. A request with a body starts in the event loop's next turn, and forgets
        // what it was told before; once there is an answer it comes faster than a busy program can say so.
        const auto bound = [reply = job->reply] { reply->setReadBufferSize(65'536); };
        QMetaObject::invokeMethod(job->reply, bound, Qt::QueuedConnection);
        QObject::connect(job->reply, &QNetworkReply::metaDataChanged, bound);
        QObject::connect(job->reply, &QNetworkReply::readyRead, [job] { (void)job->read(); });
        QObject::connect(job->reply, &QNetworkReply::finished, [job] { job->finish(); });
        QObject::connect(&job->timer, &QTimer::timeout, [job] { job->end(mxwire::transport_error(0, "timeout")); });
        job->timer.setSingleShot(true);
        job->timer.start(timeout);
        jobs_.insert(job);
    }

    QSet<Job*> jobs_;
};
