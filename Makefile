# Fluxgrid. `make help` lists what can be done here.
# (minimal: grown by the infrastructure part)
CC ?= gcc
BUILD ?= build
CFLAGS_BASE := -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wconversion -Wshadow -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Werror -fPIE
INC := -iquote server -isystem /usr/include/postgresql -isystem /usr/include/gdal
LIBS := -lmicrohttpd -ljansson -lpng -lz -lpq -lgdal -lcrypto -lm -lpthread
SRC := $(shell find server -name '*.c')
OBJ := $(SRC:server/%.c=$(BUILD)/obj/%.o)
all: $(BUILD)/fluxgrid
$(BUILD)/fluxgrid: $(OBJ)
	$(CC) -pie -o $@ $^ $(LIBS)
$(BUILD)/obj/%.o: server/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_BASE) $(INC) -MMD -MP -c -o $@ $<
-include $(OBJ:.o=.d)
.PHONY: all
