import ArgumentParser
import EngineBench
import FaceTracking
import Foundation
import Pipeline

/// `gurn bench`: what things cost on this machine; the networks unless something else is named.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures what the networks cost on this machine, and what sending does.",
    subcommands: [NetworkBenchCommand.self, FanoutBenchCommand.self], defaultSubcommand: NetworkBenchCommand.self)
}

/// `gurn bench networks`, or `gurn bench` alone.
struct NetworkBenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "networks",
    abstract: "Measures every network on every executor of this machine, beside what the machine can do at most.",
    discussion: """
      Rows are measured in turns, so that other work on the machine hits all alike; "CPU ms" is the thread's own time, which it \
      does not touch. "frame" is the networks of a tracked frame, "frame with crops" all from the frame's luma to the outputs. \
      A ratio below 1 says that Gurn is faster.

      Examples:
        gurn bench --against onnxruntime
        gurn bench --networks lite --executor simd --layers --json
      """)

  /// Runtimes to compare with.
  enum Peer: String, ExpressibleByArgument, CaseIterable { case onnxruntime }

  /// Sets of networks.
  enum Networks: String, ExpressibleByArgument, CaseIterable { case full, lite }

  @Option(help: "Which set of networks: full or lite.") var networks: Networks = .full
  @Option(help: "The folder with the sets of networks, or one set, instead of the shipped ones.") var models: String?
  @Option(help: "Only this executor: simd or gl.") var executor: EngineBench.Executor?
  @Option(help: "Runs the same networks in onnxruntime (python3, one thread), in turns with Gurn.") var against: Peer?
  @Option(help: "Turns that each row gets, 1 to 10000.") var rounds = 30
  @Flag(help: "Measures the layers of each network on the CPU too.") var layers = false
  @Flag(help: "Leaves out the starts, which run this program again.") var noStarts = false
  @Flag(help: "Prints the report as JSON.") var json = false
  @Option(help: .hidden) var firstFrame: EngineBench.Executor?

  func validate() throws {
    guard (1...10_000).contains(rounds) else { throw ValidationError("--rounds \(rounds): must be 1 to 10000") }
  }

  func run() throws {
    let folder = try NetworkFolder(explicit: models)
    let set = NetworkSet(rawValue: networks.rawValue) ?? .full
    let path = try folder.path(of: set)
    let networks = try FaceNetworks(folder: path)
    if let firstFrame { return try EngineBench.firstFrame(networks, on: firstFrame) }
    let executors = executor.map { [$0] } ?? EngineBench.Executor.allCases
    var report = try EngineBench(
      networks,
      .init(
        set: folder.isSet ? path : set.rawValue, rounds: rounds, executors: Set(executors), againstPeer: against != nil,
        layers: layers)
    ).run()
    if !noStarts { measureStarts(executors, path, &report) }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
    } else {
      for line in report.lines { print(line) }
    }
  }

  private func measureStarts(_ executors: [EngineBench.Executor], _ path: String, _ report: inout BenchReport) {
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    for executor in executors {
      let arguments = ["bench", "--models", path, "--first-frame", executor.rawValue]
      do {
        report.starts.append(try EngineBench.startTimes(program, arguments: arguments, executor: executor))
      } catch { report.notes.append("start of \(executor.rawValue): \(error)") }
    }
  }
}

extension EngineBench.Executor: ExpressibleByArgument {}
