/// What can go wrong with a source of frames. Each is one line that names the source.
package enum CaptureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file can't be opened or has no video: path and reason.
  case unreadable(path: String, reason: String)
  /// No capture device answers to that name.
  case noCamera(name: String, known: [String])
  /// A device call failed: which, on what, and the system's word for it.
  case device(path: String, call: String, reason: String)

  package var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .noCamera(let name, let known):
      known.isEmpty
        ? "camera “\(name)”: no camera found (no /dev/video* device that captures)"
        : "camera “\(name)”: not found; there are \(known.joined(separator: ", "))"
    case .device(let path, let call, let reason): "\(path): \(call): \(reason)"
    }
  }
}
