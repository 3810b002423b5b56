/** A configuration with explanations, for whoever begins with nothing: `busbar init --sample`. */
export const SAMPLE = `# What busbar reads, keeps and sends. All keys: docs/configuration.md
# Check it with: busbar check

# Lower case: it becomes the first part of topics and series.
site: home
# The zone whose midnights divide days; left out: the computer's.
# timezone: Europe/Berlin

# Lines with devices on them. One bus is one pair of wires.
buses:
  - name: shed
    # /dev/serial/by-id/... (stays the same when adapters are swapped), COM4, tcp://host:port (a converter),
    # tcp-listen://port (a converter that dials in), rfc2217://host:port (ser2net)
    link: tcp://192.168.2.22:9999
    # For programs that want the line for themselves: they share it through this port, and can only read.
    # raw_port: { listen: "127.0.0.1:9998" }
    devices:
      # \`busbar devices\` lists what is known, \`busbar devices juntek-kg\` its groups, fields and writables.
      - name: shunt
        title: Battery shunt
        device: juntek-kg
        address: 1
        # Left out, each group is read as often as makes sense for it.
        poll: { measured: 1s, configured: 10m }
        # What may be written from API, screens and outputs. Nothing, unless it stands here.
        # allow: [output, soc]
        # Coulomb meters drift: sets 100 % when the battery is full. Needs soc under allow.
        # full_charge: { voltage: 57.6, current: 2, hold: 3m }
        # What is believed: narrower than the limits that hold for every device.
        # limits: { voltage: { min: 40, max: 60 } }

  - name: rack
    link: /dev/ttyUSB0
    devices:
      # Packs are found by asking; [2, 3] reads those only.
      - { name: rack, device: pylontech, packs: auto }

  - name: meter
    link: tcp-listen://18899
    devices:
      - name: meter
        device: neva-mt3xx
        # Half-hour values of the last days, read in the gaps.
        profile: { days: 7, every: 6h }

# How long readings are kept, as they came and condensed.
history: { path: ./data/busbar.db, raw: 30d, minutes: 1y, hours: forever }

# API and screens. Any address but loopback needs a password.
http:
  listen: 127.0.0.1:8420
  # password: \${BUSBAR_PASSWORD}

# Where readings and events go. Each keeps its place: what a receiver misses while it is away comes later.
outputs:
  mqtt:
    url: mqtt://localhost
    # username: busbar
    # password: !file mqtt.password
    homeassistant: true
  # Served at http://127.0.0.1:8420/metrics
  prometheus: {}
  # influxdb: { url: "http://localhost:8086", version: 2, org: home, bucket: energy, token: "\${INFLUX_TOKEN}" }
  # domoticz: { url: "http://localhost:8080", create: true }
  # zabbix: { server: zabbix.lan, host: home }
  # victoriametrics: { url: "http://localhost:8428", send: { every: 10s } }
  # postgres: { url: "postgres://busbar@localhost/energy", password: "\${PGPASSWORD}" }
  # nats: { servers: ["nats://localhost:4222"] }
  # Alarms to a phone, by ntfy:
  # webhook: { url: "https://ntfy.sh/my-topic", format: text, severity: warning }

# What energy costs, for a kWh. Which tariff holds when: a meter with tariffs tells itself, or a plan does.
tariffs:
  currency: EUR
  t1: 0.24
  t2: 0.16
  plan:
    - { tariff: t2, from: '23:00', to: '07:00' }
    - { tariff: t2, weekdays: [saturday, sunday] }
    - { tariff: t1 }

# What people are told of, besides what devices report themselves.
alarms:
  - { name: drift, when: 'rack.cell_voltage_spread > 0.1 for 5m', say: cells drift apart }
  - { name: empty, when: 'shunt.soc < 15 for 1m', say: the battery is nearly empty, severity: critical }
`;
