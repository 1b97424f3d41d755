import Foundation
import Glibc
import TestSupport

/// A built executable, run as its users run it, with a configuration folder of its own.
struct Program {
  /// Folders where the executables may lie: beside the tests' bundle, and beside the process that runs them.
  private static let folders = (CommandLine.arguments.filter { $0.hasSuffix(".xctest") } + ["/proc/self/exe"])
    .map { URL(filePath: $0).resolvingSymlinksInPath().deletingLastPathComponent() }

  static let gurn = find("gurn")
  static let gurnd = find("gurnd")
  static let areBuilt = gurn != nil && gurnd != nil
  static let skipReason = "gurn and gurnd do not lie beside the tests; `swift build` makes them"

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let models = root.appending(path: "Models").path

  struct Outcome {
    var status: Int32
    var output: String
    /// The lines on standard error.
    var errors: [String]
    /// Whether it ended by itself rather than by a signal.
    var isOrderly: Bool
  }

  let process = Process()
  private let output = Pipe()
  private let errors = Pipe()

  init(_ executable: URL, _ arguments: [String], in folder: URL, environment: [String: String]? = nil) throws {
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = environment ?? ["HOME": folder.path, "PATH": "/usr/bin:/bin", "TERM": "dumb"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// Starts a program through a shell script whose last word is `exec "$@"`, so that signals reach the program itself.
  static func prepared(
    by script: String, _ executable: URL?, _ arguments: [String], in folder: URL, environment: [String: String] = [:]
  ) throws -> Program {
    guard let executable else { throw CocoaError(.fileNoSuchFile) }
    let basic = ["HOME": folder.path, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TERM": "dumb"]
    return try Program(
      URL(filePath: "/bin/sh"), ["-c", script + "\nexec \"$@\"", "sh", executable.path] + arguments, in: folder,
      environment: basic.merging(environment) { $1 })
  }

  /// Runs to the end. What a run prints here fits into a pipe.
  static func run(_ executable: URL?, _ arguments: [String], in folder: URL) throws -> Outcome {
    guard let executable else { throw CocoaError(.fileNoSuchFile) }
    return try Program(executable, arguments, in: folder).end()
  }

  /// Reads standard error line by line until one holds `text`; returns the lines, nil where the program ended without it.
  func lines(until text: String) -> [String]? { errors.lines(until: text) }

  /// Waits for the end, after sending a signal where one is given.
  func end(by signal: Int32? = nil) throws -> Outcome {
    if let signal { kill(process.processIdentifier, signal) }
    let text = try errors.fileHandleForReading.readToEnd() ?? Data()
    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
      errors: String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init),
      isOrderly: process.terminationReason == .exit)
  }

  private static func find(_ name: String) -> URL? {
    folders.map { $0.appending(path: name) }.first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}

/// Small files in a folder that is removed afterwards.
struct Workshop {
  let folder: URL

  static func with(_ body: (Workshop) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "gurn-programs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(Workshop(folder: folder))
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  func write(_ data: Data, _ name: String) throws { try data.write(to: folder.appending(path: name)) }

  func write(_ text: String, _ name: String) throws { try write(Data(text.utf8), name) }

  /// A grey video without a face, YUV4MPEG2.
  func writeVideo(_ name: String, edge: Int, frames: Int) throws {
    var data = Data("YUV4MPEG2 W\(edge) H\(edge) F30:1 Ip A1:1 Cmono\n".utf8)
    for frame in 0..<frames {
      data += Data("FRAME\n".utf8) + Data((0..<edge * edge).map { UInt8(truncatingIfNeeded: $0 / 3 + frame) })
    }
    try write(data, name)
  }

  /// A second of silence, WAV.
  func writeSound(_ name: String) throws {
    func word(_ value: UInt32) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }
    let format = word(0x0001_0001) + word(8000) + word(16000) + word(0x0010_0002)
    let samples = Data(count: 16000)
    try write(
      Data("RIFF".utf8) + word(36 + 16000) + Data("WAVEfmt ".utf8) + word(16) + format + Data("data".utf8) + word(16000)
        + samples, name)
  }

  /// The shipped networks with one of them changed.
  func writeModels(_ name: String, change: (inout Data) -> Void) throws {
    let folder = folder.appending(path: name)
    try FileManager.default.copyItem(at: URL(filePath: Program.models + "/full"), to: folder)
    let eye = folder.appending(path: "eye.gurn")
    var data = try Data(contentsOf: eye)
    change(&data)
    try data.write(to: eye)
  }
}
