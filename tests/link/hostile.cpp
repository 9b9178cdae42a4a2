// SPDX-License-Identifier: MIT
// What other headers do to the words of a program that includes them before ours.
#include <mxwire_standard_headers.inc>
#include <nlohmann/json.hpp>
#if __has_include(<tl/expected.hpp>)
#include <tl/expected.hpp>
#endif

// windows.h and its family
#define min(a, b) (((a) < (b)) ? (a) : (b))
#define max(a, b) (((a) > (b)) ? (a) : (b))
#define small char
#define near
#define far
#define interface struct
#define IN
#define OUT
#define OPTIONAL
#define DELETE (0x00010000L)
#define ERROR 0
#define NO_ERROR 0L
#define TRUE 1
#define FALSE 0
#define CONST const
#define GetObject GetObjectW
#define SendMessage SendMessageW
#define CreateFile CreateFileW
#define Yield()

// X11
#define None 0L
#define Bool int
#define Status int
#define Success 0
#define True 1
#define False 0
#define Always 2
#define Unsorted 0
#define Above 0
#define Below 1
#define KeyPress 2
#define DestroyAll 0
#define Complex 0
#define Convex 2

// Arduino, ESP and libraries of sensors
#define abs(x) ((x) > 0 ? (x) : -(x))
#define round(x) ((x) >= 0 ? (long)((x) + 0.5) : (long)((x)-0.5))
#define constrain(amt, low, high) ((amt) < (low) ? (low) : ((amt) > (high) ? (high) : (amt)))
#define sq(x) ((x) * (x))
#define bit(b) (1UL << (b))
#define lowByte(w) ((unsigned char)((w)&0xff))
#define highByte(w) ((unsigned char)((w) >> 8))
#define bitRead(value, bit) (((value) >> (bit)) & 0x01)
#define F(string_literal) (string_literal)
#define PROGMEM
#define HIGH 0x1
#define LOW 0x0
#define INPUT 0x0
#define OUTPUT 0x1
#define DEFAULT 1
#define EXTERNAL 0
#define INTERNAL 3
#define SERIAL 0x0
#define DISPLAY 0x1
#define PI 3.14159
#define B1 1
#define _B 2
#define _N 4

// C libraries and other code bases
#define unix 1
#define linux 1
#define major(dev) ((dev) >> 8)
#define minor(dev) ((dev)&0xff)
#define check(x) (x)
#define verify(x) (x)
#define require(x) (x)
#define foreach for
#define emit
#define signals public
#define slots
#define LOG_ERROR 3
#define VERSION "1.2.3"
#define PACKAGE "theirs"

#include <mxwire/mxwire.hpp>

#include <mxwire/nlohmann.hpp>
