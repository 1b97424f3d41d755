import Foundation

/// Finds what ships with Gurn: beside the programs after `make install`, in the checkout during development.
package enum ResourceFolders {
  /// A shipped file, by its path in a checkout and below `share/gurn`.
  package static func find(_ path: String, installed: String) throws(PipelineError) -> String {
    let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    var tried: [String] = []
    if let root = ProcessInfo.processInfo.environment["GURN_SHARE"] { tried.append(root + "/" + installed) }
    tried.append(executable.appending(path: "../share/gurn/" + installed).standardizedFileURL.path())
    // A build folder lies in its checkout: .build/<triple>/<configuration>/gurn.
    var folder = executable
    for _ in 0..<5 {
      folder.deleteLastPathComponent()
      tried.append(folder.appending(path: path).path())
    }
    tried.append(path)
    guard let found = tried.first(where: isThere) else { throw .missing(what: path, tried: tried) }
    return found
  }

  static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

/// What can go wrong when the pipeline is put together.
package enum PipelineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A shipped file is nowhere: what, and where it was looked for.
  case missing(what: String, tried: [String])
  /// A setting asks for what this machine can't do.
  case unavailable(String)

  package var description: String {
    switch self {
    case .missing(let what, let tried): "\(what): not found; looked in \(tried.joined(separator: ", "))"
    case .unavailable(let message): message
    }
  }
}
