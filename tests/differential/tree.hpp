// SPDX-License-Identifier: MIT
// A document as nlohmann/json understands it: a tree that keeps doubled members, the text of numbers, and where each
// value stands.
#ifndef MXWIRE_TESTS_DIFFERENTIAL_TREE_HPP
#define MXWIRE_TESTS_DIFFERENTIAL_TREE_HPP

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace differential {

enum class Kind { null, boolean, number, string, object, array };

struct Node {
    Kind kind = Kind::null;
    bool flag = false;
    std::string text; ///< of a string, unescaped; of a number, as it stands in the document
    std::string key;  ///< of a member, unescaped
    std::vector<Node> children;
    std::size_t key_begin = 0, begin = 0, end = 0;
};

struct Tree {
    bool valid = false; ///< nlohmann accepts it
    Node root;
    unsigned depth = 0;
    unsigned beyond_double = 0; ///< numbers that nlohmann refuses for their size
};

namespace detail {

class Builder {
  public:
    Builder(const std::string& document, Tree& tree) : document_(document), tree_(tree) {
        if (document.compare(0, 3, "\xef\xbb\xbf") == 0) at_ = 3;
    }

    bool null() { return put(Kind::null, word()); }
    bool boolean(bool value) {
        put(Kind::boolean, word());
        last_->flag = value;
        return true;
    }
    bool number_integer(nlohmann::json::number_integer_t) { return number(); }
    bool number_unsigned(nlohmann::json::number_unsigned_t) { return number(); }
    bool number_float(nlohmann::json::number_float_t, const std::string&) { return number(); }
    bool string(std::string& value) {
        put(Kind::string, quoted());
        last_->text = value;
        return true;
    }
    bool binary(nlohmann::json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(Kind::object); }
    bool start_array(std::size_t) { return open(Kind::array); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        key_ = name;
        key_begin_ = quoted().first;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) {
        beyond_double_ = error.id == 406;
        return false;
    }

    bool is_beyond_double() const { return beyond_double_; }
    /// Where the number stands that comes next.
    std::pair<std::size_t, std::size_t> next_number() {
        const std::size_t begin = skip();
        std::size_t end = begin;
        const auto pass = [&](const char* any) {
            end += end < document_.size() && std::strchr(any, document_[end]) != nullptr;
        };
        const auto digits = [&] { end = (std::min)(document_.find_first_not_of("0123456789", end), document_.size()); };
        const auto stands = [&](char a, char b) {
            return end < document_.size() && (document_[end] == a || document_[end] == b);
        };
        pass("-");
        digits();
        if (stands('.', '.')) {
            ++end;
            digits();
        }
        if (stands('e', 'E')) {
            ++end;
            pass("+-");
            digits();
        }
        return {begin, end};
    }

  private:
    using Span = std::pair<std::size_t, std::size_t>;

    // All of it was accepted by nlohmann when it is looked at here.
    std::size_t skip() {
        at_ = (std::min)(document_.find_first_not_of(" \t\r\n,:", at_), document_.size());
        return at_;
    }
    Span word() {
        const std::size_t begin = skip();
        return {begin, at_ = begin + (document_[begin] == 'f' ? 5 : 4)};
    }
    Span quoted() {
        const std::size_t begin = skip();
        for (++at_; document_[at_] != '"'; ++at_) {
            if (document_[at_] == '\\') ++at_;
        }
        return {begin, ++at_};
    }
    bool number() {
        const Span span = next_number();
        at_ = span.second;
        put(Kind::number, span);
        last_->text = document_.substr(span.first, span.second - span.first);
        return true;
    }
    bool put(Kind kind, Span span) {
        if (open_.empty()) {
            last_ = &tree_.root;
        } else {
            last_ = &open_.back()->children.emplace_back();
            if (open_.back()->kind == Kind::object) {
                last_->key = key_;
                last_->key_begin = key_begin_;
            }
        }
        last_->kind = kind;
        last_->begin = span.first;
        last_->end = span.second;
        return true;
    }
    bool open(Kind kind) {
        const std::size_t begin = skip();
        ++at_;
        put(kind, {begin, at_});
        open_.push_back(last_);
        tree_.depth = (std::max)(tree_.depth, static_cast<unsigned>(open_.size()));
        return open_.size() < 1000; // far too deep for anybody
    }
    bool close() {
        skip();
        open_.back()->end = ++at_;
        open_.pop_back();
        return true;
    }

    const std::string& document_;
    Tree& tree_;
    std::vector<Node*> open_;
    Node* last_ = nullptr;
    std::string key_;
    std::size_t key_begin_ = 0;
    std::size_t at_ = 0;
    bool beyond_double_ = false;
};

} // namespace detail

/// nlohmann has two ways of its own: it takes a NUL for the end of the document, and refuses numbers beyond a double.
/// Neither is followed here: no NUL is ever valid, and such a number is one (of the same length, in a copy of the
/// document that nlohmann is given).
inline Tree read_tree(const std::string& document) {
    std::string given = document;
    for (unsigned beyond_double = 0;; ++beyond_double) {
        Tree tree;
        tree.beyond_double = beyond_double;
        if (document.find('\0') != std::string::npos) return tree;
        detail::Builder builder{document, tree};
        tree.valid = nlohmann::json::sax_parse(given, &builder);
        if (!builder.is_beyond_double()) return tree;
        const auto [begin, end] = builder.next_number();
        std::string replacement(end - begin, ' ');
        replacement.replace(0, 3, "0.5");
        given.replace(begin, end - begin, replacement);
    }
}

} // namespace differential

#endif
