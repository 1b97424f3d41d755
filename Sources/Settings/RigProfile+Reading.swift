import FaceCore
import Foundation
import RigMapping
import Yams

extension RigProfile {
  private static let maximumBytes = 1 << 20

  /// Reads a profile's file.
  ///
  /// - Throws: ``SettingsError``, with every mistake by line and column.
  package static func load(path: String) throws(SettingsError) -> RigProfile {
    guard let data = FileManager.default.contents(atPath: path) else {
      let exists = FileManager.default.fileExists(atPath: path)
      throw .unreadable(
        file: path, reason: exists ? "the rig profile can't be read" : "there is no such rig profile")
    }
    guard data.count <= maximumBytes, let text = String(data: data, encoding: .utf8) else {
      throw .unreadable(file: path, reason: "a rig profile is a YAML file in UTF-8 of at most 1 MiB")
    }
    return try parse(yaml: text, file: path)
  }

  /// Reads a profile.
  ///
  /// - Throws: ``SettingsError/invalid(_:)`` with every mistake, by line and column.
  package static func parse(yaml: String, file: String) throws(SettingsError) -> RigProfile {
    let log = MistakeLog(file: file)
    let fallback = ((file as NSString).lastPathComponent as NSString).deletingPathExtension
    var profile = RigProfile(name: fallback, channels: [])
    do {
      var top = Section(try Yams.compose(yaml: yaml), path: "", keyPath: "", log: log)
      top.text("name", &profile.name)
      let channels = top.section("channels")
      for entry in channels.entries { read(entry, of: channels, into: &profile) }
      if profile.channels.isEmpty, log.mistakes.isEmpty { log.add("a rig profile needs the section channels", at: nil) }
      readExclusive(&top, &profile, log)
      top.finish()
    } catch {
      log.add(syntaxMistake: error)
    }
    guard log.mistakes.isEmpty else { throw .invalid(log.sorted) }
    return profile
  }

  private static func read(
    _ entry: (name: String, key: Node, value: Node), of section: Section, into profile: inout RigProfile
  ) {
    let log = section.log
    guard isName(entry.name) else {
      return log.add("a channel's name is 1 to 80 printable letters without spaces", at: entry.key.mark)
    }
    guard profile.channels.count < ChannelNames.rigLimit else {
      return log.add("there are more than \(ChannelNames.rigLimit) channels", at: entry.key.mark)
    }
    var channel: Channel
    var mirror = ""
    if entry.value.mapping == nil {
      guard let expression = expression(entry.value, name: entry.name, log: log) else { return }
      channel = Channel(name: entry.name, expression: expression)
    } else {
      var item = Section(entry.value, path: entry.name, keyPath: "channels[]", log: log)
      guard let expression = expression(item.take("from"), name: entry.name, log: log, at: entry.key.mark) else {
        return
      }
      channel = Channel(name: entry.name, expression: expression)
      readShape(&item, &channel)
      item.text("mirror", &mirror)
      item.finish()
    }
    add(channel, to: &profile, log, entry.key.mark)
    guard !mirror.isEmpty else { return }
    guard isName(mirror) else {
      return log.add("\(entry.name).mirror is '\(mirror)', but has to be the other side's name", at: entry.value.mark)
    }
    add(channel.mirrored(name: mirror), to: &profile, log, entry.value.mark)
  }

  private static func readShape(_ item: inout Section, _ channel: inout Channel) {
    item.number("gain", &channel.gain, in: -1000...1000)
    item.number("offset", &channel.offset, in: -1000...1000)
    item.number("deadzone", &channel.deadzone, in: 0...0.99)
    if let points = item.points("curve") {
      do { channel.curve = try ResponseCurve(points: points) } catch { item.refuse("curve", "\(error)") }
    }
    if let limits = item.numbers("clamp", count: 2, example: "[0, 1]") {
      if limits[0] < limits[1] {
        channel.clamp = limits[0]...limits[1]
      } else {
        item.refuse("clamp", "has to begin with the lower limit, such as [0, 1]")
      }
    }
  }

  /// The expression of a node; without one, the ARKit channel that the rig's bears the name of.
  private static func expression(
    _ node: Node?, name: String, log: MistakeLog, at place: Mark? = nil
  ) -> RigExpression? {
    guard let node, !node.isNothing else {
      if let channel = Blendshape(name: name) { return RigExpression(channel) }
      log.add("\(name) has no 'from', and is no ARKit channel itself; say what it is made of", at: node?.mark ?? place)
      return nil
    }
    guard let text = node.scalar?.string else {
      log.add("\(name) has to be an expression of channels, such as 0.5 * jawOpen", at: node.mark)
      return nil
    }
    do { return try RigExpression(text) } catch {
      guard case .expression(let reason, let offset) = error else { return nil }
      // A quote before the text moves it one column; texts over several lines point to their beginning.
      let quote = node.scalar?.style == .plain ? 0 : 1
      log.add("\(name): \(reason)", at: node.mark, offset: text.contains("\n") ? 0 : offset + quote)
      return nil
    }
  }

  private static func add(_ channel: Channel, to profile: inout RigProfile, _ log: MistakeLog, _ mark: Mark?) {
    guard !profile.channels.contains(where: { $0.name == channel.name }) else {
      return log.add("there are two channels named '\(channel.name)'; keep one", at: mark)
    }
    profile.channels.append(channel)
  }

  private static func readExclusive(_ top: inout Section, _ profile: inout RigProfile, _ log: MistakeLog) {
    guard let node = top.take("exclusive"), !node.isNothing else { return }
    guard let pairs = node.sequence else {
      return log.add("exclusive has to be a list of pairs, such as - [Joy, Sorrow]", at: node.mark)
    }
    for pair in pairs {
      let names = pair.sequence?.compactMap { $0.scalar?.string } ?? []
      let found = names.compactMap { name in profile.channels.firstIndex { $0.name == name } }
      if names.count == 2, found.count == 2, found[0] != found[1] {
        profile.exclusive.append((found[0], found[1]))
      } else {
        let unknown = names.first { name in !profile.channels.contains { $0.name == name } }
        let hint = unknown.map { name in
          let near = nearestName(to: name, among: profile.channels.map(\.name)).map { "; did you mean '\($0)'?" }
          return "there is no channel '\(name)'\(near ?? "")"
        }
        log.add(
          "exclusive: \(hint ?? "two different channels of this profile are needed, such as [Joy, Sorrow]")",
          at: pair.mark)
      }
    }
  }

  private static func isName(_ name: String) -> Bool {
    (1...80).contains(name.count) && name.allSatisfy { $0.isASCII && !$0.isWhitespace && $0 > " " && $0 != "\u{7f}" }
  }
}
