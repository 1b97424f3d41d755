import Foundation
import Glibc
import TestSupport

/// A renderer or listener of somebody else's, run as its users run it.
struct Tool {
  let path: String

  /// The tool where it is installed and, for Python's libraries, can be imported.
  init?(_ path: String, module: String? = nil) {
    guard FileManager.default.isExecutableFile(atPath: path) else { return nil }
    if let module {
      let probe = Process()
      probe.executableURL = URL(filePath: path)
      probe.arguments = ["-c", "import \(module)"]
      probe.standardError = FileHandle.nullDevice
      guard (try? probe.run()) != nil else { return nil }
      probe.waitUntilExit()
      guard probe.terminationStatus == 0 else { return nil }
    }
    self.path = path
  }

  static let blender = Tool("/usr/bin/blender")
  static let godot = Tool("/usr/bin/godot3-server")
  static let pureData = Tool("/usr/bin/pd")
  static let oscdump = Tool("/usr/bin/oscdump")
  static let chromium = Tool("/usr/bin/chromium")
  static let python = Tool("/usr/bin/python3")
  static let pythonWebSocket = Tool("/usr/bin/python3", module: "websocket")
  static let pythonOSC = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin").split(separator: ":").lazy
    .compactMap { Tool($0 + "/python3", module: "pythonosc") }.first

  /// The scripts that the tools run for the tests.
  static func script(_ name: String) -> String { Program.root.appending(path: "Tests/ProgramTests/Tools/\(name)").path }

  /// What ships for the tools' users.
  static func contrib(_ name: String) -> String { Program.root.appending(path: "contrib/\(name)").path }
}

/// A running tool, whose printed lines can be waited for.
final class RunningTool {
  let process = Process()
  private let output = Pipe()

  init(_ tool: Tool, _ arguments: [String], in shop: Workshop) throws {
    process.executableURL = URL(filePath: tool.path)
    process.arguments = arguments
    process.currentDirectoryURL = shop.folder
    process.environment = ["HOME": shop.folder.path, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    // Dispatch's threads block most signals, and a child inherits that: it and its own children could not be ended.
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
  }

  /// The lines up to the first that holds `text`; nil where the tool ended without it.
  func lines(until text: String) -> [String]? { output.lines(until: text) }

  /// Waits for the end; returns the status and the rest of what was printed.
  func end() -> (status: Int32, text: String) {
    let text = (try? output.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: text, as: UTF8.self))
  }

  func stop() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
