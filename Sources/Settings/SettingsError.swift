/// One thing that is wrong in a configuration file, and what would be right.
package struct Mistake: Equatable, Sendable, CustomStringConvertible {
  package var file: String
  /// From 1.
  package var line: Int
  /// From 1, in Unicode scalars.
  package var column: Int
  package var text: String

  /// `file:line:column: text`, as compilers and editors read it.
  package var description: String { "\(file):\(line):\(column): \(text)" }
}

/// Why there is no configuration.
package enum SettingsError: Error, Equatable, CustomStringConvertible {
  /// The file cannot be read at all.
  case unreadable(file: String, reason: String)
  /// Everything that is wrong in the file, by line and column; at least one.
  case invalid([Mistake])

  package var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .invalid(let mistakes): mistakes.map(\.description).joined(separator: "\n")
    }
  }
}
