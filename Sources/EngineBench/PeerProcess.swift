import Foundation
import ModelImport
import NeuralGraph

/// onnxruntime in a child process, which runs the networks we run, as ONNX files, on one thread and in turns with us.
final class PeerProcess {
  /// The child's answers, one JSON object a line.
  private struct Answer: Decodable {
    var version: String?
    var outputs: [String: [Float]]?
    var wall: [Double]?
    var cpu: [Double]?
    var nodes: [String: Double]?
  }

  private let process = Process()
  private let requests = Pipe()
  private let answers = Pipe()
  private let errors = Pipe()
  private let folder: URL
  private(set) var version = ""

  /// Starts the child.
  init() throws(BenchError) {
    // A child that ends early must not take us along.
    signal(SIGPIPE, SIG_IGN)
    folder = FileManager.default.temporaryDirectory.appending(path: "gurn-bench-\(UUID().uuidString)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["python3", "-c", String(decoding: PackageResources.peer_py, as: UTF8.self)]
      process.standardInput = requests
      process.standardOutput = answers
      process.standardError = errors
      try process.run()
    } catch { throw .peer("python3 can't be started: \(error)") }
  }

  deinit {
    try? requests.fileHandleForWriting.close()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  /// Hands a network and its input (normalised elements, image after image) to the child.
  ///
  /// - Returns: the values of the graph's outputs by the names that ``ONNXExport`` gives them.
  func load(_ name: String, _ graph: Graph, batch: Int, input: [Float]) throws(BenchError) -> [String: [Float]] {
    let files = try write(name, graph, input)
    let answer = try ask([
      "do": "load", "name": name, "path": files.model, "batch": batch, "inputs": files.input,
    ])
    version = answer.version ?? ""
    return answer.outputs ?? [:]
  }

  /// Runs the named networks one after the other, `count` times, and adds the times.
  func run(_ names: [String], count: Int, into samples: inout Samples) throws(BenchError) {
    let answer = try ask(["do": "run", "names": names, "count": count])
    for (wall, cpu) in zip(answer.wall ?? [], answer.cpu ?? []) { samples.add(wall: wall, cpu: cpu) }
  }

  /// Median microseconds of each node, by the names that ``ONNXExport`` gives them.
  func profile(
    _ name: String, _ graph: Graph, batch: Int, input: [Float], rounds: Int
  ) throws(BenchError) -> [String: Double] {
    let files = try write(name, graph, input)
    return try ask([
      "do": "profile", "path": files.model, "batch": batch, "inputs": files.input, "rounds": rounds,
    ]).nodes ?? [:]
  }

  private func write(_ name: String, _ graph: Graph, _ input: [Float]) throws(BenchError) -> (
    model: String, input: String
  ) {
    let model = folder.appending(path: name + ".onnx")
    let numbers = folder.appending(path: name + ".input")
    do {
      try ONNXExport.data(graph).write(to: model)
      try input.withUnsafeBytes { Data($0) }.write(to: numbers)
    } catch { throw .peer("\(name) can't be written for the peer: \(error)") }
    return (model.path, numbers.path)
  }

  private func ask(_ command: [String: Any]) throws(BenchError) -> Answer {
    do {
      let bytes = try JSONSerialization.data(withJSONObject: command) + [UInt8(ascii: "\n")]
      // A child that has ended takes no requests and gives no answer; its last words say why.
      try? requests.fileHandleForWriting.write(contentsOf: bytes)
      guard let line = readLine() else { throw BenchError.peer(lastWords) }
      return try JSONDecoder().decode(Answer.self, from: line)
    } catch let error as BenchError { throw error } catch { throw .peer("\(error)") }
  }

  private var pending = Data()

  private func readLine() -> Data? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        defer { pending = Data(pending[(end + 1)...]) }
        return Data(pending[..<end])
      }
      let more = answers.fileHandleForReading.availableData
      guard !more.isEmpty else { return nil }
      pending += more
    }
  }

  /// Why the child ended: the last line that it wrote on standard error.
  private var lastWords: String {
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let reason = text.split(separator: "\n").last.map(String.init) ?? "it ended without a word"
    return "onnxruntime in python3: \(reason); `python3 -m pip install onnxruntime` installs it"
  }
}

/// What can go wrong in a measurement.
package enum BenchError: Error, CustomStringConvertible {
  /// The peer can't be had or has failed.
  case peer(String)
  /// A network can't be run.
  case network(String)

  package var description: String {
    switch self {
    case .peer(let problem), .network(let problem): problem
    }
  }
}
