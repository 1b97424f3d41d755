import FaceTracking
import Foundation
import GLES
import NeuralGraph
import SIMDInference

/// Measures the networks of a set on every executor of this machine.
package struct EngineBench {
  /// What to measure.
  package struct Options: Sendable {
    /// The set's name, for the table.
    package var set: String
    /// Turns that each row gets.
    package var rounds: Int
    package var executors: Set<Executor>
    /// Whether onnxruntime does the same in turns.
    package var againstPeer: Bool
    /// Whether to measure single layers.
    package var layers: Bool

    /// Options for one set.
    package init(set: String, rounds: Int, executors: Set<Executor>, againstPeer: Bool, layers: Bool) {
      self.set = set
      self.rounds = rounds
      self.executors = executors
      self.againstPeer = againstPeer
      self.layers = layers
    }
  }

  /// What runs networks.
  package enum Executor: String, Sendable, CaseIterable {
    case simd, gl
  }

  private let networks: FaceNetworks
  private let options: Options

  /// Prepares for these networks.
  package init(_ networks: FaceNetworks, _ options: Options) {
    self.networks = networks
    self.options = options
  }

  /// Measures, on this thread.
  ///
  /// - Throws: ``BenchError`` where a peer was asked for and can't be had.
  package func run() throws -> BenchReport {
    let peer = options.againstPeer ? try PeerProcess() : nil
    let limits = MachineLimits()
    let units = try BenchNetworks(networks)
    let picture = BenchPicture()
    var report = BenchReport(
      set: options.set, limits: limits, renderer: nil, peer: nil, rows: [], layers: [], starts: [], notes: [])
    var subjects: [BenchSubject] = []
    if options.executors.contains(.simd) {
      subjects += units.subjects(try SIMDBackend(networks: networks), networks: networks, picture: picture)
      if let peer { try pair(subjects, units, with: peer) }
    }
    if options.executors.contains(.gl) {
      do {
        subjects += try BenchShaders.subjects(networks, picture: picture, renderer: &report.renderer)
      } catch { report.notes.append("no gl: \(error)") }
    }
    for subject in subjects { try subject.warmUp(peer) }
    for subject in subjects { try subject.countAllocations() }
    for _ in 0..<options.rounds {
      for subject in subjects { try subject.turn(peer) }
    }
    report.rows = subjects.map { $0.row(limits) }
    if let peer { report.peer = "onnxruntime \(peer.version), one thread, in turns with us" }
    if options.layers { report.layers = try layers(units, peer) }
    return report
  }

  /// Gives each row of the CPU what the peer has to do for the same.
  private func pair(_ subjects: [BenchSubject], _ units: BenchNetworks, with peer: PeerProcess) throws {
    var differences: [String: Double] = [:]
    var ways: [String: [[String]]] = [:]
    for unit in units.all {
      let outputs = try peer.load(unit.name, unit.graph, batch: unit.batch, input: unit.input)
      differences[unit.name] = unit.difference(from: outputs)
      ways[unit.name] = [[unit.name]]
      guard unit.batch > 1 else { continue }
      let single = unit.name + ", one by one"
      _ = try peer.load(single, unit.graph, batch: 1, input: unit.input)
      ways[unit.name]?.append([String](repeating: single, count: unit.batch))
    }
    // Each network in each of its ways.
    var frames: [[String]] = [[]]
    for unit in units.frame { frames = frames.flatMap { frame in (ways[unit.name] ?? []).map { frame + $0 } } }
    for subject in subjects {
      subject.peerNames = ways[subject.network] ?? frames
      subject.worstDifference =
        differences[subject.network] ?? units.frame.compactMap { differences[$0.name] }.max() ?? 0
    }
  }

  /// The names that onnxruntime gives to what it makes of a node: itself, with its activation, in its own layout.
  private static func names(ofNode value: Int) -> [String] {
    ["v\(value)_nchwc", "v\(value)_sum_nchwc", "fused node \(value)", "node \(value)"]
  }

  private func layers(_ units: BenchNetworks, _ peer: PeerProcess?) throws -> [BenchReport.Layer] {
    var result: [BenchReport.Layer] = []
    for unit in units.all {
      let shapes = try unit.graph.validated()
      unit.run()
      let theirs = try peer?.profile(unit.name, unit.graph, batch: unit.batch, input: unit.input, rounds: 400) ?? [:]
      for (node, seconds) in unit.executor.layerSeconds(rounds: 200) {
        var alone = unit.graph
        alone.nodes = [unit.graph.nodes[node]]
        let work = unit.batch * alone.multiplyAdds(shapes: [shapes[0], shapes[node + 1]])
        guard work > 0 else { continue }
        result.append(
          BenchReport.Layer(
            network: unit.name, name: "\(node + 1) → \(shapes[node + 1])", multiplyAdds: work,
            microseconds: seconds * 1e6,
            peerMicroseconds: Self.names(ofNode: node + 1).lazy.compactMap { theirs[$0] }.first))
      }
    }
    return result
  }
}
