/// The channels that a rig profile makes, or the triggers that were taught: names and their values, side by side.
///
/// Beside the 52, for wire formats that carry names. Names and their number change only when the profile does.
package struct MappedChannels: Equatable, Sendable {
  package let names: [String]
  /// As many as names. Finite; within each channel's own limits, 0…1 unless its profile says otherwise.
  package var values: [Float]

  package static let none = MappedChannels(names: [])

  /// All values 0.
  package init(names: [String]) {
    self.names = names
    values = .init(repeating: 0, count: names.count)
  }

  /// The value of a name, nil if there is no such channel.
  package subscript(name: String) -> Float? { names.firstIndex(of: name).map { values[$0] } }
}
