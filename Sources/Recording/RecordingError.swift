/// What can go wrong with recordings. Each is one line that names the file.
package enum RecordingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file can't be made or written: path and reason.
  case unwritable(path: String, reason: String)
  /// The file can't be read as a table of a face: path, line from 1 where one is at fault, and reason.
  case unreadable(path: String, line: Int?, reason: String)

  package var description: String {
    switch self {
    case .unwritable(let path, let reason): "\(path): \(reason)"
    case .unreadable(let path, let line?, let reason): "\(path):\(line): \(reason)"
    case .unreadable(let path, nil, let reason): "\(path): \(reason)"
    }
  }
}
