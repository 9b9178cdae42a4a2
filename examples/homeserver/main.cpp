// SPDX-License-Identifier: MIT
//
// The fake homeserver on a loopback port: cpp-httplib around homeserver.hpp.

#include "delivery.hpp"
#include "homeserver.hpp"

#include <httplib.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr const char* address = "127.0.0.1";

constexpr std::string_view usage = R"(usage: mxwire_homeserver [options]

A fake Matrix homeserver for tests and demonstrations, on 127.0.0.1 only.

  --port N                     the port to listen on; 0 (the default) takes any free one
  --port-file FILE             write the port there once it is listening; removed at the end
  --pid-file FILE              write the process id there; removed at the end
  --server-name NAME           the part of user IDs after the colon (default: localhost)
  --user NAME:PASSWORD         create a user; may be repeated
  --appservice TOKEN:REGEX:SENDER
                               create an application service: its as_token, the user IDs of its namespace (POSIX
                               extended), the localpart of its own user; may be repeated
  --registration-token TOKEN   a token that m.login.registration_token takes; may be repeated
  --rules JSON                 how the server behaves, an object as POST /_test/rules takes it
  --well-known                 serve /.well-known/matrix/client with this server's own address, and put it into the
                               answer to a login
  --control                    serve POST /_test/..., with which a test changes the server's state
  --verbose                    one line on stderr for each request: method, path, status
  --help                       this text
)";

struct UsageError : std::exception {
    explicit UsageError(std::string text) : message{std::move(text)} {}
    const char* what() const noexcept override { return message.c_str(); }
    std::string message;
};

struct CommandLine {
    int port = 0;
    std::string port_file;
    std::string pid_file;
    std::vector<std::pair<std::string, std::string>> users;
    struct AppService {
        std::string as_token;
        std::string users;
        std::string sender;
    };
    std::vector<AppService> app_services;
    std::vector<std::string> registration_tokens;
    homeserver::Options options;
    bool well_known = false;
    bool verbose = false;
    bool help = false;
};

int read_port(const std::string& text) {
    int port = -1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || stop != end || port < 0 || port > 65535) {
        throw UsageError{"--port takes a number from 0 to 65535"};
    }
    return port;
}

homeserver::Rules read_rules(const homeserver::Rules& rules, const std::string& text) {
    try {
        const homeserver::Json object = homeserver::Json::parse(text);
        if (object.is_object()) {
            return homeserver::read_rules(rules, object);
        }
    } catch (const homeserver::Json::exception&) {
        // Said below.
    } catch (const homeserver::Refusal& refusal) {
        throw UsageError{"--rules: " + homeserver::Json::parse(refusal.reply.body)["error"].get<std::string>()};
    }
    throw UsageError{"--rules takes a JSON object"};
}

CommandLine read_command_line(const std::vector<std::string>& arguments) {
    CommandLine line;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& option = arguments[i];
        const auto value = [&]() -> const std::string& {
            if (i + 1 == arguments.size()) {
                throw UsageError{option + " takes a value"};
            }
            return arguments[++i];
        };
        if (option == "--port") {
            line.port = read_port(value());
        } else if (option == "--port-file") {
            line.port_file = value();
        } else if (option == "--pid-file") {
            line.pid_file = value();
        } else if (option == "--server-name") {
            line.options.server_name = value();
        } else if (option == "--user") {
            const std::string& user = value();
            const std::size_t colon = user.find(':');
            if (colon == std::string::npos) {
                throw UsageError{"--user takes NAME:PASSWORD"};
            }
            line.users.emplace_back(user.substr(0, colon), user.substr(colon + 1));
        } else if (option == "--appservice") {
            // A namespace has colons of its own, a token and a localpart have none.
            const std::string& service = value();
            const std::size_t first = service.find(':');
            const std::size_t last = service.rfind(':');
            if (first == last) {
                throw UsageError{"--appservice takes TOKEN:REGEX:SENDER"};
            }
            line.app_services.push_back(
                {service.substr(0, first), service.substr(first + 1, last - first - 1), service.substr(last + 1)});
        } else if (option == "--registration-token") {
            line.registration_tokens.push_back(value());
        } else if (option == "--rules") {
            line.options.rules = read_rules(line.options.rules, value());
        } else if (option == "--well-known") {
            line.well_known = true;
        } else if (option == "--control") {
            line.options.control = true;
        } else if (option == "--verbose") {
            line.verbose = true;
        } else if (option == "--help") {
            line.help = true;
        } else {
            throw UsageError{"unknown option " + option};
        }
    }
    return line;
}

// A reader that polls for the file must never see half of a number.
bool write_atomically(const std::string& file, const std::string& content) {
    const std::string partial = file + ".partial";
    {
        std::ofstream stream{partial, std::ios::trunc};
        stream << content << '\n' << std::flush;
        if (!stream) {
            return false;
        }
    }
    return std::rename(partial.c_str(), file.c_str()) == 0;
}

// The file announces a running server: it goes with it.
class AnnouncementFile {
  public:
    AnnouncementFile(std::string file, const std::string& content) : file_{std::move(file)} {
        if (!file_.empty() && !write_atomically(file_, content)) {
            throw std::runtime_error{"cannot write " + file_};
        }
    }
    AnnouncementFile(const AnnouncementFile&) = delete;
    AnnouncementFile& operator=(const AnnouncementFile&) = delete;
    ~AnnouncementFile() {
        if (!file_.empty()) {
            std::remove(file_.c_str());
        }
    }

  private:
    std::string file_;
};

// A path is the client's text: what is not printable would let it forge lines.
std::string loggable(std::string_view path) {
    std::string text{path};
    for (char& c : text) {
        c = c > ' ' && c < '\x7f' ? c : '?';
    }
    return text;
}

class Service {
  public:
    Service(homeserver::Homeserver& core, homeserver::Deliverer deliverer, bool verbose)
        : core_{core}, deliverer_{deliverer}, verbose_{verbose} {}

    void mount(httplib::Server& server) {
        const auto without_body = [this](const httplib::Request& request, httplib::Response& response) {
            answer(request, {}, response);
        };
        const auto with_body = [this](const httplib::Request& request, httplib::Response& response,
                                      const httplib::ContentReader& reader) {
            answer(request, read_body(request, reader), response);
        };
        // Not ".*": a path may decode to something with a line break in it.
        const std::string any = R"([\s\S]*)";
        server.Get(any, without_body);
        server.Options(any, without_body);
        server.Post(any, with_body);
        server.Put(any, with_body);
        server.Patch(any, with_body);
        server.Delete(any, with_body);
    }

  private:
    // A POST without a length has no body (RFC 9112, 6.3); cpp-httplib would wait for the end of the connection. What
    // is too long is read to its end, so that the refusal arrives, but not kept.
    static std::string read_body(const httplib::Request& request, const httplib::ContentReader& reader) {
        std::string body;
        const auto keep = [&](const char* data, std::size_t size) {
            if (body.size() <= homeserver::max_body_size) {
                body.append(data, size);
            }
            return true;
        };
        if (request.is_multipart_form_data()) {
            // cpp-httplib reads a form in this way only.
            reader([](const httplib::MultipartFormData&) { return true; }, keep);
        } else if (request.has_header("Content-Length") || request.has_header("Transfer-Encoding")) {
            reader(keep);
        }
        return body;
    }

    void answer(const httplib::Request& request, std::string body, httplib::Response& response) {
        homeserver::Request question{request.method, request.target, {}, std::move(body)};
        for (const auto& [name, value] : request.headers) {
            question.headers.emplace_back(name, value);
        }
        homeserver::Reply reply = handle(question);
        // Without the lock: a late answer holds nobody else up.
        if (!deliverer_.deliver(reply, request.remote_port)) {
            return;
        }
        response.status = reply.status;
        response.body = std::move(reply.body);
        for (const auto& [name, value] : reply.headers) {
            response.set_header(name, value);
        }
    }

    homeserver::Reply handle(const homeserver::Request& question) {
        const std::lock_guard<std::mutex> lock{mutex_};
        homeserver::Reply reply = core_.handle(question);
        if (verbose_) {
            std::cerr << loggable(question.method) + ' ' + loggable(path_of(question)) + ' ' +
                             std::to_string(reply.status) + '\n';
        }
        return reply;
    }

    std::mutex mutex_;
    homeserver::Homeserver& core_;
    homeserver::Deliverer deliverer_;
    bool verbose_;
};

void configure(httplib::Server& server) {
    // Not cpp-httplib's own choice, SO_REUSEPORT: with it two servers share a port and both seem to work.
    server.set_socket_options([](socket_t socket) {
        const int yes = 1;
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    server.set_tcp_nodelay(true);
    // An idle connection holds a thread, and the end of the server waits for it.
    server.set_keep_alive_timeout(1);
    server.set_keep_alive_max_count(1000);
    // cpp-httplib would send the text of the exception.
    server.set_exception_handler([](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
        response.status = 500;
        response.set_content(R"({"errcode":"M_UNKNOWN","error":"Internal server error"})", "application/json");
    });
    server.new_task_queue = [] { return new httplib::ThreadPool{32}; };
}

int run(CommandLine line) {
    // Waited for instead of handled: so no code ever runs inside a signal handler. Before the first thread, which
    // inherits the mask.
    sigset_t end_signals;
    sigemptyset(&end_signals);
    sigaddset(&end_signals, SIGTERM);
    sigaddset(&end_signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &end_signals, nullptr);

    httplib::Server server;
    configure(server);
    int port = line.port;
    if (port == 0) {
        port = server.bind_to_any_port(address);
    } else if (!server.bind_to_port(address, port)) {
        port = -1;
    }
    if (port < 0) {
        std::cerr << "mxwire_homeserver: cannot listen on " << address << " port " << line.port << '\n';
        return 1;
    }

    if (line.well_known) {
        line.options.well_known_base_url = "http://" + std::string{address} + ":" + std::to_string(port) + "/";
    }
    homeserver::Homeserver core{line.options};
    for (auto& [name, password] : line.users) {
        if (!core.add_user(name, password)) {
            throw UsageError{"--user: " + name + " is taken or no user name"};
        }
    }
    for (const CommandLine::AppService& service : line.app_services) {
        if (!core.add_app_service(service.as_token, service.users, service.sender)) {
            throw UsageError{"--appservice: an empty token, no regular expression, or a sender that is no user name"};
        }
    }
    for (const std::string& token : line.registration_tokens) {
        core.add_registration_token(token);
    }
    std::atomic<bool> ending{false};
    Service service{core, homeserver::Deliverer{port, ending}, line.verbose};
    service.mount(server);

    const AnnouncementFile pid_file{line.pid_file, std::to_string(getpid())};
    const pthread_t waiting = pthread_self();
    bool served_to_the_end = false;
    std::atomic<bool> ended{false};
    std::thread serving{[&] {
        served_to_the_end = server.listen_after_bind();
        ended = true;
        // Where it ended by itself the wait below has to end too.
        pthread_kill(waiting, SIGTERM);
    }};
    // stop() has no effect before the server runs.
    while (!server.is_running() && !ended) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    int status = 0;
    try {
        const AnnouncementFile port_file{line.port_file, std::to_string(port)};
        std::cout << "http://" << address << ':' << port << std::endl;
        int signal = 0;
        sigwait(&end_signals, &signal);
    } catch (const std::runtime_error& error) {
        std::cerr << "mxwire_homeserver: " << error.what() << '\n';
        status = 1;
    }
    ending = true;
    server.stop();
    serving.join();
    return served_to_the_end ? status : 1;
}

} // namespace

int main(int argc, char** argv) {
    try {
        CommandLine line = read_command_line({argv + 1, argv + argc});
        if (line.help) {
            std::cout << usage;
            return 0;
        }
        return run(std::move(line));
    } catch (const UsageError& error) {
        std::cerr << "mxwire_homeserver: " << error.message << "\n\n" << usage;
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "mxwire_homeserver: " << error.what() << '\n';
        return 1;
    }
}
