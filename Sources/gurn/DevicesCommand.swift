import ArgumentParser
import Capture
import Foundation
import Pipeline
import Settings

/// `gurn devices`: which cameras there are, what they offer, and which one `auto` takes.
struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices",
    abstract: "Lists the cameras, their formats, and which one “auto” takes.",
    discussion: """
      Every path, a link's last part, and any part of a card's name can be given as the camera. For each camera: what it offers, \
      what the configuration would ask of it and why, and its controls with their values. Ends with 1 when there is none.
      """)

  @Flag(help: "Prints JSON for other programs.") var json = false
  @Option(help: "A configuration file instead of ~/.config/gurn/gurn.yaml.") var config: String?

  func run() throws {
    let source = try Configuration.load(path: config).source
    let list = CameraList.scan()
    let chosen = try list.choose("auto")
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(DeviceReport(list, auto: chosen)), as: UTF8.self))
    } else {
      let table = DeviceTable(
        list: list, auto: chosen, request: CameraRequest(source), camera: source.file == nil ? source.camera.text : nil)
      print(table.lines.joined(separator: "\n"))
    }
  }
}

/// The cameras for people: a block each, and what `auto` takes.
struct DeviceTable {
  let list: CameraList
  let auto: CameraInfo
  let request: CameraRequest
  /// The camera that the configuration names, nil for a file.
  let camera: String?

  var lines: [String] {
    var lines: [String] = []
    for camera in list.cameras { lines += block(of: camera) + [""] }
    for error in list.unreadable { lines += ["unreadable: \(error)", ""] }
    for other in list.others { lines.append("no camera: \(other.path) (\(other.kind))") }
    if !list.others.isEmpty { lines.append("") }
    if let camera, camera != "auto" {
      do { lines.append("the configured camera “\(camera)” is \(try list.choose(camera).path)") } catch {
        lines.append("the configured \(error)")
      }
    }
    return lines + ["“auto” takes \(auto.path) (\(auto.card)): \(reason)"]
  }

  private var reason: String {
    if auto.isLoopback { return "only loopback devices capture" }
    let loopbacks = list.cameras.contains(where: \.isLoopback)
    let cameras = list.cameras.filter { !$0.isLoopback }.count
    return cameras == 1
      ? "the only camera\(loopbacks ? " that is no loopback" : "")"
      : "the first that captures and is not held by another program"
  }

  private func block(of camera: CameraInfo) -> [String] {
    var lines = ["\(camera.path)  \(camera.card)\(camera.isLoopback ? "  (loopback)" : "")"]
    lines.append("  driver   \(camera.driver) at \(camera.bus)")
    lines += camera.byID.map { "  by id    \($0)" } + camera.byPath.map { "  by path  \($0)" }
    let (read, others) = camera.formats.reduce(into: ([CameraFormat](), [CameraFormat]())) { parts, format in
      if format.isRead { parts.0.append(format) } else { parts.1.append(format) }
    }
    for format in read {
      if format.sizes.isEmpty { lines.append("  \(format.name)     no sizes listed") }
      for (index, size) in format.sizes.enumerated() {
        lines.append("  \(index == 0 ? format.name : "    ")     \(Self.text(of: size))")
      }
    }
    lines.append("  asks for \(request.explain(camera.formats))")
    for control in camera.controls {
      lines.append("  control  \(control.offer)\(control.value.map { ", now \($0)" } ?? "")")
    }
    if !others.isEmpty {
      lines.append("  \(read.isEmpty ? "through libv4l2:" : "not used:") \(others.map(\.name).joined(separator: " "))")
    }
    return lines
  }

  /// Such as `640×480 at 30, 25, 15 fps`.
  static func text(of size: CameraSize) -> String {
    func edge(_ range: ClosedRange<Int>) -> String {
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)…\(range.upperBound)"
    }
    let rates = size.rates.map { String(format: $0 == $0.rounded() ? "%.0f" : "%.2f", $0) }
    return
      "\(edge(size.widths))×\(edge(size.heights))\(rates.isEmpty ? "" : " at \(rates.joined(separator: ", ")) fps")"
  }
}

/// The cameras for programs.
private struct DeviceReport: Encodable {
  struct Size: Encodable {
    let minimumWidth, maximumWidth, minimumHeight, maximumHeight: Int
    let framesPerSecond: [Double]
  }
  struct Format: Encodable {
    let name, title: String
    let isRead: Bool
    let sizes: [Size]
  }
  struct Camera: Encodable {
    let path, card, driver, bus: String
    let byId, byPath: [String]
    let isLoopback, isAuto: Bool
    let formats: [Format]
    let controls: [Control]
  }

  struct Control: Encodable {
    let name: String
    let minimum, maximum, standard: Int
    let value: Int?
    let menu: [String: String]
  }

  let cameras: [Camera]
  let unreadable: [String]

  init(_ list: CameraList, auto: CameraInfo) {
    unreadable = list.unreadable.map(\.description)
    cameras = list.cameras.map { camera in
      Camera(
        path: camera.path, card: camera.card, driver: camera.driver, bus: camera.bus, byId: camera.byID,
        byPath: camera.byPath, isLoopback: camera.isLoopback, isAuto: camera == auto,
        formats: camera.formats.map { format in
          Format(name: format.name, title: format.title, isRead: format.isRead, sizes: format.sizes.map(Self.size))
        },
        controls: camera.controls.map { control in
          Control(
            name: control.name, minimum: control.range.lowerBound, maximum: control.range.upperBound,
            standard: control.standard, value: control.value,
            menu: Dictionary(uniqueKeysWithValues: control.menu.map { ("\($0.key)", $0.value) }))
        })
    }
  }

  private static func size(_ size: CameraSize) -> Size {
    Size(
      minimumWidth: size.widths.lowerBound, maximumWidth: size.widths.upperBound,
      minimumHeight: size.heights.lowerBound, maximumHeight: size.heights.upperBound, framesPerSecond: size.rates)
  }
}
