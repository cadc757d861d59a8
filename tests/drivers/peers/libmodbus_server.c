/* A Modbus TCP server made of libmodbus alone: a peer that shares nothing with ours.
 *
 * Holding registers 100 to 299 hold ten times their address; 296 and 298
 * begin a float 21.48 in libmodbus' own order (low word first) and a whole number
 * -123456789, high word first; input registers 300 to 349 hold their address; coils 0
 * to 63 are on where the address divides by three.
 * Everything else is refused with exception 2. Prints its port, serves until killed.
 */
#include <arpa/inet.h>
#include <modbus.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    modbus_t *bus = modbus_new_tcp("127.0.0.1", 0);
    modbus_mapping_t *map = modbus_mapping_new_start_address(0, 64, 0, 64, 100, 200, 300, 50);
    if (bus == NULL || map == NULL) return 1;
    for (int i = 0; i < 200; i++) map->tab_registers[i] = (uint16_t)(10 * (100 + i));
    for (int i = 0; i < 50; i++) map->tab_input_registers[i] = (uint16_t)(300 + i);
    for (int i = 0; i < 64; i++) map->tab_bits[i] = map->tab_input_bits[i] = i % 3 == 0;
    modbus_set_float(21.48f, &map->tab_registers[196]);
    int32_t whole = -123456789;
    MODBUS_SET_INT32_TO_INT16(map->tab_registers, 198, whole);

    int listening = modbus_tcp_listen(bus, 4);
    struct sockaddr_in here;
    socklen_t size = sizeof here;
    if (listening < 0 || getsockname(listening, (struct sockaddr *)&here, &size) < 0) return 2;
    printf("%d\n", ntohs(here.sin_port));
    fflush(stdout);

    while (modbus_tcp_accept(bus, &listening) >= 0) {
        uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
        int length;
        while ((length = modbus_receive(bus, query)) >= 0)
            if (length > 0) modbus_reply(bus, query, length, map);
        modbus_close(bus);
    }
    return 3;
}
