/// Something that can be set on a camera, as its driver offers it.
package struct CameraControl: Equatable, Sendable {
  /// The driver's number.
  package var number: UInt32
  /// As `v4l2-ctl` spells it, such as `exposure_time_absolute`.
  package var name: String
  package var range: ClosedRange<Int>
  package var standard: Int
  /// As it is set at present, nil where the driver doesn't say.
  package var value: Int?
  /// The meanings of the values that can be chosen; empty for a plain number.
  package var menu: [Int: String] = [:]

  package init(number: UInt32, name: String, range: ClosedRange<Int>, standard: Int) {
    self.number = number
    self.name = name
    self.range = range
    self.standard = standard
  }

  /// Name and values, such as `gain (0…255)` or `power_line_frequency (0 Disabled, 1 50 Hz)`.
  package var offer: String {
    let values =
      menu.isEmpty
      ? "\(range.lowerBound)…\(range.upperBound)"
      : menu.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    return "\(name) (\(values))"
  }

  /// Whether a value can be set.
  func takes(_ value: Int) -> Bool { menu.isEmpty ? range.contains(value) : menu[value] != nil }

  /// A driver's words as a name: lower case, everything else but digits a single underscore.
  static func name(of title: String) -> String {
    title.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "_")
  }
}

/// What is to be set on a camera; what is nil stays as it is.
package struct CameraSettings: Equatable, Sendable {
  package enum Exposure: Equatable, Sendable {
    /// The camera chooses.
    case auto
    case milliseconds(Double)
  }

  package enum Gain: Equatable, Sendable {
    /// The camera chooses.
    case auto
    /// In the camera's own unit.
    case value(Int)
  }

  /// The mains' frequency, whose flicker the camera is to avoid: V4L2's numbers.
  package enum PowerLine: Int, Sendable {
    case off, hz50, hz60, auto
  }

  package var exposure: Exposure?
  package var gain: Gain?
  package var powerLine: PowerLine?
  /// Any other control, by its name.
  package var controls: [String: Int] = [:]

  package init() {}
}
