/// What can go wrong while accuracy is measured. Each is one line that names the file.
package enum AccuracyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file of labels or a list can't be read: path and reason.
  case unreadable(path: String, fault: String)
  /// A file of the report can't be written.
  case unwritable(path: String, fault: String)
  /// There is nothing to measure.
  case nothing(String)

  package var description: String {
    switch self {
    case .unreadable(let path, let fault), .unwritable(let path, let fault): "\(path): \(fault)"
    case .nothing(let fault): fault
    }
  }
}
