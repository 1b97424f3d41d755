/// One argument of an OSC message (OSC 1.0, "OSC Type Tag String").
package enum OSCArgument: Equatable, Sendable {
  case int32(Int32)
  case float(Float)
  case string(String)
  case int64(Int64)
  case double(Double)
  case bool(Bool)
  /// A type that Gurn neither sends nor reads, by its tag.
  case other(Character)

  /// The type tag: `i`, `f`, `s`, `h`, `d`, `T` or `F`.
  package var tag: Character {
    switch self {
    case .int32: "i"
    case .float: "f"
    case .string: "s"
    case .int64: "h"
    case .double: "d"
    case .bool(let value): value ? "T" : "F"
    case .other(let tag): tag
    }
  }

  /// The value of a number of any type, nil for the rest.
  package var number: Double? {
    switch self {
    case .int32(let value): Double(value)
    case .float(let value): Double(value)
    case .int64(let value): Double(value)
    case .double(let value): value
    case .string, .bool, .other: nil
    }
  }

  /// Bytes in a packet after the type tags.
  var byteCount: Int {
    switch self {
    case .int32, .float: 4
    case .int64, .double: 8
    case .string(let text): oscPaddedLength(text.utf8.count)
    case .bool, .other: 0
    }
  }
}

/// The bytes that a string of `length` bytes takes in OSC: with its terminating zero, filled up to a multiple of four.
func oscPaddedLength(_ length: Int) -> Int { (length / 4 + 1) * 4 }
